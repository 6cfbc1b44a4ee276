"""Uploads the files of runs to an artifact store: what `artifacts="s3://bucket/prefix"` opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError
from autolog.events import ArtifactStored

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.sinks.base import Batch, Sink

__all__ = ["check", "open_sink"]

_SCHEME = "artifacts+"
_LONGEST_SILENCE = 120.0
_SLOWEST = 50_000  # bytes per second
_IN_MEMORY = "memory://"
_PACKAGES = {
    "abfs": "adlfs",
    "abfss": "adlfs",
    "az": "adlfs",
    "gcs": "gcsfs",
    "gs": "gcsfs",
    "s3": "s3fs",
    "s3a": "s3fs",
    "sftp": "paramiko",
}
"""What fsspec needs for the usual kinds of stores."""

_OF_THE_ENVIRONMENT = {
    "gcs": "GOOGLE_APPLICATION_CREDENTIALS",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "s3a": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
}
"""Kinds of stores whose clients would take a password for a part of the bucket's name."""


def check(uri: str) -> None:
    """Says whether a store can be used, without asking it.

    Args:
        uri: `artifacts+` and the URL of the store.

    Raises:
        ConfigurationError: The URL is malformed, or what it takes is not installed.
    """
    from importlib.util import find_spec

    from autolog.sinks.registry import without_secrets

    url = _url(uri)
    kind, separator, rest = url.partition("://")
    if not separator or not rest:
        raise ConfigurationError(
            "An artifact store is named by a URL, such as 's3://bucket/prefix' or "
            "'file:///mnt/artifacts'."
        )
    if kind in _OF_THE_ENVIRONMENT and "@" in rest and without_secrets(url) != url:
        raise ConfigurationError(
            f"The artifact store '{kind}://...' takes no user and password in its URL: leave them "
            f"to the environment, as in {_OF_THE_ENVIRONMENT[kind]}."
        )
    needed = [name for name in ("fsspec", _PACKAGES.get(kind)) if name and find_spec(name) is None]
    if needed:
        raise ConfigurationError(
            f"The artifact store '{kind}://...' needs {' and '.join(needed)}: "
            f"pip install {' '.join(needed)}."
        )


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink that uploads; it works in a process of its own.

    Args:
        uri: `artifacts+` and the URL of the store, of any kind that fsspec knows.
        directory: The autolog directory, whose artifacts are uploaded.

    Raises:
        ConfigurationError: The URL is malformed, or what it takes is not installed.
    """
    from autolog.sinks.artifacts.selecting import SelectingSink
    from autolog.sinks.registry import without_secrets

    check(uri)
    url, folder = _url(uri), str(directory.absolute() / "artifacts")
    return SelectingSink(
        without_secrets(url),
        _open_here(url, folder) if url.startswith(_IN_MEMORY) else _relayed(url, folder, directory),
    )


def _url(uri: str) -> str:
    return uri.removeprefix(_SCHEME).rstrip("/")


def _open_here(url: str, folder: str) -> Sink:
    from autolog.sinks.artifacts.uploads import open_here

    return open_here(url, folder)


def _relayed(url: str, folder: str, directory: Path) -> Sink:
    from autolog.sinks.relay.frames import Opening
    from autolog.sinks.relay.relayed import RelayedSink
    from autolog.sinks.secrets import hide_secrets

    return RelayedSink(
        "the artifact store",
        Opening("autolog.sinks.artifacts.uploads:open_here", (url, folder)),
        directory.absolute(),
        without_secrets=partial(hide_secrets, uri=url),
        patience=_patience,
    )


def _patience(batch: Batch) -> float:
    """Seconds that a file may take: a server that hangs is told from a slow line by its size."""
    sizes = (event.size_bytes for event in batch.events if isinstance(event, ArtifactStored))
    return _LONGEST_SILENCE + sum(sizes) / _SLOWEST
