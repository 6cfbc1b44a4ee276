"""The sink that keeps a readable file per run, made for network file systems: `jsonl:folder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "open_sink"]

_FORMS = "Write `jsonl:runs` for a relative folder, or `jsonl:/data/runs` for an absolute one."


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without touching the disk.

    Args:
        uri: A `jsonl:` URI.

    Raises:
        ConfigurationError: It names no folder.
    """
    folder = uri.partition(":")[2]
    if not folder or folder.startswith("//") or "\0" in folder:
        raise ConfigurationError(f"The sink {uri!r} names no folder. {_FORMS}")


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of a `jsonl:` URI; its folder is made with the first batch.

    Args:
        uri: `jsonl:folder`. A relative path is taken from the folder that holds the autolog
            directory, not from the working directory of the moment.
        directory: The autolog directory, whose artifacts are copied.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.jsonl.sink import JSONLinesSink

    check(uri)
    folder = directory.absolute().parent / uri.partition(":")[2]
    return JSONLinesSink(folder, directory.absolute() / "artifacts")
