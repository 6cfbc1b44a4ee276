"""The SQLite store's file, as a source of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.store.points import next_points
from autolog.store.reading import reading
from autolog.store.source import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.points import StoredPoint

# The rows between a series' first and last point may belong to others too.
_HISTORY = """
SELECT metric.step, metric.value, metric.time
FROM run
JOIN series ON series.run = run.id
JOIN metric_name ON metric_name.id = series.name
JOIN metric ON metric.id BETWEEN series.first_row AND series.last_row
    AND metric.series = series.id
WHERE run.run_id = ? AND metric_name.name = ?
ORDER BY metric.step, metric.time, metric.id
"""


class SQLiteFile:
    """A database's file.

    Args:
        path: The file, which need not exist.
    """

    # SQLite's own LIKE knows no case-sensitive form, and folds the case of ASCII only.
    dialect = Dialect("{} / 1000000", "matches({}, ?, 0)", "matches({}, ?, 1)")

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.is_file()

    def size_bytes(self) -> int:
        """The size of the file and its write-ahead log, 0 where there is none."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees the database as it is at one moment."""
        return reading(self.path)

    def schema_version(self, connection: Connection) -> int:
        """The version of its tables."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def history(self, connection: Connection, run_id: str, key: str) -> list[tuple[Any, ...]]:
        """Step, value and milliseconds of each point of a metric, by step and then by time."""
        return list(connection.execute(_HISTORY, (run_id, key)))

    def next_points(self, connection: Connection, run_id: str, after: int) -> list[StoredPoint]:
        """Some of the points of a run behind a row, in the order in which they arrived."""
        return next_points(connection, run_id, after)

    def delete(self, run_ids: Sequence[str]) -> list[str]:
        """Deletes runs and all runs under them; gives the ids of those that were there."""
        from autolog.store.sqlite_removal import delete_families

        return delete_families(self.path, run_ids)
