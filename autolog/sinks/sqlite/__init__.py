"""The default sink: an embedded SQLite database, written by one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.sqlite.location import check, database_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["artifact_folder", "check", "database_path", "held", "open_sink"]


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of a `sqlite:` URI; the database is opened with the first batch.

    Args:
        uri: `sqlite:` for `runs.db` in the autolog directory, `sqlite:///path` for a file relative
            to the folder that holds the autolog directory, `sqlite:////path` for an absolute one.
        directory: The autolog directory.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.sqlite.sink import SQLiteSink

    return SQLiteSink(database_path(uri, directory))


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs the database holds, and whether it has each by the journal that is named.

    Args:
        uri: A `sqlite:` URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.

    Raises:
        SinkUnavailable: The database cannot be read now.
    """
    from autolog.sinks.sqlite.holding import held_runs

    return held_runs(database_path(uri, directory), journals)


def artifact_folder(uri: str, directory: Path) -> Path:
    """Where those who open the database by its path look for the files of its runs.

    Args:
        uri: A `sqlite:` URI.
        directory: The autolog directory.
    """
    return database_path(uri, directory).parent / "artifacts"
