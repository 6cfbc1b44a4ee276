"""The sink that writes what TensorBoard shows: `tensorboard:folder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "held", "open_sink"]

_FORMS = (
    "Write `tensorboard:logs` for a relative folder, or `tensorboard:/data/logs` for an "
    "absolute one."
)


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without touching the disk.

    Args:
        uri: A `tensorboard:` URI.

    Raises:
        ConfigurationError: It names no folder.
    """
    folder = uri.partition(":")[2]
    if not folder or folder.startswith("//") or "\0" in folder:
        raise ConfigurationError(f"The sink {uri!r} names no folder. {_FORMS}")


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of a `tensorboard:` URI; its folder is made with the first batch.

    Args:
        uri: `tensorboard:folder`. A relative path is taken from the folder that holds the autolog
            directory, not from the working directory of the moment.
        directory: The autolog directory, whose pictures are copied.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.tensorboard.sink import TensorBoardSink

    return TensorBoardSink(_folder(uri, directory), directory.absolute() / "artifacts")


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs have event files, and whether one of the journal that is named.

    Args:
        uri: A `tensorboard:` URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.
    """
    from autolog.sinks.tensorboard.directories import DIGITS

    written: dict[str, list[str]] = {}
    for file in _folder(uri, directory).rglob("*tfevents*"):
        written.setdefault(file.parent.name[-DIGITS:], []).append(file.name)
    return {
        run_id: any(name.endswith(f".{journal}") for name in written[run_id[:DIGITS]])
        for run_id, journal in journals.items()
        if run_id[:DIGITS] in written
    }


def _folder(uri: str, directory: Path) -> Path:
    check(uri)
    return directory.absolute().parent / uri.partition(":")[2]
