"""Uploads files, each under the hash of its content, unless it is there already."""

from __future__ import annotations

import shutil
import sys
import uuid
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from autolog.content_addresses import content_address, digest_in
from autolog.errors import SinkUnavailable
from autolog.events import ArtifactStored
from autolog.sinks.secrets import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.sinks.base import Batch

_PIECE = 8 * 1024 * 1024
_OBJECTS = {"abfs", "abfss", "az", "gcs", "gs", "memory", "s3", "s3a"}
"""Kinds of stores that know no folders, and where a file appears in one piece."""

# A server that does not answer is given up on, and tried again by whoever keeps the journal.
_OPTIONS: dict[str, dict[str, Any]] = {
    kind: {"config_kwargs": {"connect_timeout": 10, "read_timeout": 30}} for kind in ("s3", "s3a")
}


def open_here(url: str, folder: str) -> Uploads:
    """Makes what uploads; the store is asked with the first file.

    Args:
        url: The URL of the store.
        folder: The folder that holds the files of each run.
    """
    return Uploads(url, Path(folder))


class Uploads:
    """Uploads what batches tell of.

    Args:
        url: The URL of the store.
        folder: The folder that holds the files of each run.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._system: Any = None
        self._root = ""

    def write(self, batch: Batch) -> None:
        """Uploads the files that the batch tells of.

        Raises:
            SinkUnavailable: The store does not take one of them now.
        """
        try:
            for event in batch.events:
                if isinstance(event, ArtifactStored) and event.location is not None:
                    self._upload(event, digest_in(event.location))
        except tuple(failures()) as error:
            text = " ".join(str(error).split()) or type(error).__name__
            raise SinkUnavailable(hide_secrets(text, self._url)) from error

    def close(self) -> None:
        """Nothing is held open between two files."""

    def _upload(self, event: ArtifactStored, digest: str) -> None:
        try:
            file = (self._folder / event.run_id / event.path).open("rb")
        except FileNotFoundError:
            return  # replaced or removed since
        with file:
            if self._has(digest, event.size_bytes):
                return
            # what took its place since is told of by another event
            if file_digest(file, "sha256").hexdigest() == digest:
                file.seek(0)
                self._write(file, content_address(self._root, digest))

    def _has(self, digest: str, size: int) -> bool:
        """Whether the content is there, and whole."""
        if self._system is None:
            from fsspec.core import url_to_fs

            kind = self._url.partition("://")[0]
            options = {"use_listings_cache": False, **_OPTIONS.get(kind, {})}
            self._system, self._root = url_to_fs(self._url, **options)
        try:
            found = self._system.info(content_address(self._root, digest))
        except FileNotFoundError:
            return False
        return bool(found["size"] == size)

    def _write(self, file: BinaryIO, target: str) -> None:
        if _OBJECTS.intersection(_kinds(self._system)):
            self._copy(file, target)
            return
        folder = target.rpartition("/")[0]
        self._system.makedirs(folder, exist_ok=True)
        unfinished = f"{folder}/.{uuid.uuid4().hex}"
        self._copy(file, unfinished)
        self._system.mv(unfinished, target)

    def _copy(self, file: BinaryIO, target: str) -> None:
        with self._system.open(target, "wb") as content:
            shutil.copyfileobj(file, content, _PIECE)


def _kinds(system: Any) -> tuple[str, ...]:
    return (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)


def failures() -> Iterator[type[Exception]]:
    """What stores raise that fail, as far as their libraries are imported by now."""
    yield from (OSError, ImportError, ValueError, RuntimeError)
    for module, name in (("botocore.exceptions", "BotoCoreError"), ("aiohttp", "ClientError")):
        if module in sys.modules:
            yield getattr(sys.modules[module], name)
