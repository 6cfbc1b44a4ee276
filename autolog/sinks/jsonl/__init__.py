"""The sink that keeps a readable file per run, made for network file systems: `jsonl:folder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.folder import check, folder_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "held", "open_sink"]


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

    return JSONLinesSink(folder_of(uri, directory), directory.absolute() / "artifacts")


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs have a file, and whether it was begun by the journal that is named.

    Args:
        uri: A `jsonl:` URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.
    """
    from autolog.sinks.jsonl.run_file import journal_of
    from autolog.sinks.jsonl.sink import MAIN

    folder = folder_of(uri, directory)
    began = {run_id: journal_of(folder / run_id / MAIN) for run_id in journals}
    return {
        run_id: journal == journals[run_id]
        for run_id, journal in began.items()
        if journal is not None
    }
