"""The sink that writes batches into the database."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from autolog.errors import RecordRejected
from autolog.sinks.sqlite.changes import Changes
from autolog.sinks.sqlite.database import Database
from autolog.sinks.sqlite.points import Points
from autolog.sinks.sqlite.rows import (
    RUN_COLUMNS,
    SERIES_COLUMNS,
    KnownRows,
    run_values,
    series_values,
)
from autolog.sinks.sqlite.statements import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Batch

# What Python and SQLite say of a value that no column can hold: an integer beyond 64 bits, a text
# with half a surrogate pair, a text of more than a gigabyte.
_UNSTORABLE = (OverflowError, UnicodeEncodeError, sqlite3.DataError)

_REPLACE_RUN = f"REPLACE INTO run ({', '.join(RUN_COLUMNS)})"
_REPLACE_SERIES = f"REPLACE INTO series ({', '.join(SERIES_COLUMNS)})"
_REGISTER_MODEL = """
INSERT INTO model_version (model_id, name, version)
SELECT ?, ?, 1 + coalesce(max(version), 0) FROM model_version WHERE name = ?
ON CONFLICT (model_id) DO NOTHING
"""


class SQLiteSink:
    """Writes each batch in one transaction, with the position that it reached.

    Args:
        path: The database's file, created when it is missing.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 5.0

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._rows: KnownRows | None = None
        self._rows_of: tuple[sqlite3.Connection, int] | None = None

    def write(self, batch: Batch) -> None:
        """Takes a batch, wholly or not at all; what it had before changes nothing.

        Raises:
            SinkUnavailable: The database cannot be written now.
            RecordRejected: An event holds a value that no database column can hold.
        """
        try:
            with self._database.transaction() as connection:
                self._write(connection, batch)
        except _UNSTORABLE as error:
            self._rows = None
            raise self._find_unstorable(batch.events, error) from error
        except BaseException:
            self._rows = None
            raise

    def close(self) -> None:
        """Copies the write-ahead log back and lets go of the file."""
        self._database.close()

    def _write(self, connection: sqlite3.Connection, batch: Batch) -> None:
        found = connection.execute(
            "SELECT position FROM cursor WHERE journal = ?", (batch.journal,)
        ).fetchone()
        news = batch.after(found[0]) if found else batch
        rows = self._rows_known_to(connection)
        _write_events(connection, rows, news.events)
        if not found or found[0] < batch.end:
            connection.execute("REPLACE INTO cursor VALUES (?, ?)", (batch.journal, batch.end))
        rows.forget_ended()

    def _rows_known_to(self, connection: sqlite3.Connection) -> KnownRows:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        state = connection, version
        if self._rows is None or self._rows_of != state:
            self._rows, self._rows_of = KnownRows(connection), state
        return self._rows

    def _find_unstorable(self, events: Sequence[Event], error: Exception) -> RecordRejected:
        with self._database.transaction() as connection:
            for event in events:
                connection.execute("SAVEPOINT attempt")
                try:
                    _write_events(connection, KnownRows(connection), [event])
                except _UNSTORABLE as reason:
                    return RecordRejected(event, f"SQLite cannot store it: {reason}")
                finally:
                    connection.execute("ROLLBACK TO attempt")
        raise error


def _write_events(connection: sqlite3.Connection, rows: KnownRows, events: Sequence[Event]) -> None:
    """Writes every row that events change, in the order in which they happened."""
    points = Points(connection, rows)
    changes = Changes(rows, points)
    changes.apply(events)
    insert_rows(connection, _REPLACE_SERIES, map(series_values, points.write()))
    insert_rows(connection, _REPLACE_RUN, map(run_values, changes.runs.values()))
    for table, replaced in changes.replaced():
        insert_rows(connection, f"REPLACE INTO {table}", replaced)
    for model_id, name in changes.registered.items():
        connection.execute(_REGISTER_MODEL, (model_id, name, name))
    insert_rows(
        connection,
        "INSERT INTO dropped (run, reason, count)",
        [(*place, count) for place, count in changes.dropped.items()],
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )
