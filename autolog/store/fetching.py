"""Fetches files of runs from where they were uploaded to."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from typing import TYPE_CHECKING

from autolog.content_addresses import digest_in, digest_of
from autolog.errors import ArtifactUnavailable
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 8 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


def fetch(location: str, target: Path) -> None:
    """Fetches a file, if it is still what was uploaded.

    Args:
        location: Its URL.
        target: Where it goes; it appears there in one piece.

    Raises:
        ArtifactUnavailable: It cannot be had, or is not what it was.
        OSError: It cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        _download(location, unfinished)
        expected = digest_in(location)
        if _DIGEST.fullmatch(expected) and digest_of(unfinished) != expected:
            raise ArtifactUnavailable(f"{location} is not what was uploaded.")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _download(location: str, target: Path) -> None:
    try:
        import fsspec
    except ImportError as error:
        raise ArtifactUnavailable(
            f"{location} is in an artifact store: `pip install 'autolog-ml[artifacts]'`."
        ) from error
    from autolog.sinks.artifacts.uploads import failures
    from autolog.sinks.secrets import hide_secrets, tellable

    url = _with_secrets(location)
    try:
        with fsspec.open(url, "rb") as content, target.open("wb") as copy:
            shutil.copyfileobj(content, copy, _PIECE)
    except FileNotFoundError as error:
        raise ArtifactUnavailable(
            f"{location} is not there (yet): `autolog sync`, where it was recorded, uploads it."
        ) from tellable(error, url)
    except tuple(failures()) as error:
        reason = hide_secrets(str(error), url) or type(error).__name__
        cause = tellable(error, url)
        raise ArtifactUnavailable(f"{location} cannot be fetched: {reason}") from cause


def _with_secrets(location: str) -> str:
    """The URL with the user and password of `AUTOLOG_ARTIFACTS`, if it lies in that store."""
    store = os.environ.get("AUTOLOG_ARTIFACTS", "").rstrip("/")
    public = without_secrets(store)
    return store + location.removeprefix(public) if location.startswith(f"{public}/") else location
