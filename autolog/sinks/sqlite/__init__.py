"""The default sink: an embedded SQLite database, written by one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.sqlite.location import check, database_path

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "database_path", "open_sink"]


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
