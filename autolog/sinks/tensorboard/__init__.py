"""The sink that writes what TensorBoard shows: `tensorboard:folder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.folder import check, folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "held", "open_sink"]


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

    return TensorBoardSink(folder_of(uri, directory), directory.absolute() / "artifacts")


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs have event files, and whether one of the journal that is named.

    Args:
        uri: A `tensorboard:` URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.
    """
    from autolog.sinks.tensorboard.directories import DIGITS

    written: dict[str, list[str]] = {}
    for file in folder_of(uri, directory).rglob("*tfevents*"):
        written.setdefault(file.parent.name[-DIGITS:], []).append(file.name)
    return {
        run_id: any(name.endswith(f".{journal}") for name in written[run_id[:DIGITS]])
        for run_id, journal in journals.items()
        if run_id[:DIGITS] in written
    }
