"""Deletes runs from the SQLite store's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.sqlite.database import Database
from autolog.sinks.sqlite.statements import insert_rows
from autolog.store.reading import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

_LOCK_TIMEOUT = 60.0  # seconds; nobody's training waits for a removal

_WITH_CHILDREN = """
WITH RECURSIVE family (run_id) AS (
    SELECT run_id FROM doomed
    UNION
    SELECT run.run_id FROM run JOIN family ON run.parent_run_id = family.run_id
)
INSERT OR IGNORE INTO doomed SELECT run_id FROM family
"""
_DOOMED = "(SELECT run.id FROM run JOIN doomed USING (run_id))"
_POINTS = f"""
DELETE FROM metric
WHERE id BETWEEN (SELECT min(first_row) FROM series WHERE run IN {_DOOMED})
        AND (SELECT max(last_row) FROM series WHERE run IN {_DOOMED})
    AND series IN (SELECT id FROM series WHERE run IN {_DOOMED})
"""  # noqa: S608 - our own text
_TABLES = ("series", "param", "tag", "artifact", "dropped", "dataset", "model")


def delete_families(path: Path, run_ids: Sequence[str]) -> list[str]:
    """Deletes runs and all runs under them.

    Args:
        path: The database's file.
        run_ids: Full ids; those of unknown runs are passed over.

    Returns:
        The ids of the runs that were there.

    Raises:
        StoreMissing: There is no database.
        SinkUnavailable: The database cannot be written now.
    """
    database = _database(path)
    try:
        with database.transaction() as connection:
            return _delete_families(connection, run_ids)
    finally:
        database.close()


def vacuum(path: Path) -> None:
    """Rewrites the database without its gaps; it needs as much free space as it has content.

    Raises:
        StoreMissing: There is no database.
        SinkUnavailable: The database cannot be written now.
    """
    database = _database(path)
    try:
        with database.locked() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


def _delete_families(connection: sqlite3.Connection, run_ids: Sequence[str]) -> list[str]:
    connection.execute("CREATE TEMP TABLE doomed (run_id TEXT PRIMARY KEY) WITHOUT ROWID")
    insert_rows(connection, "INSERT OR IGNORE INTO doomed", [(run_id,) for run_id in run_ids])
    connection.execute(_WITH_CHILDREN)
    doomed = [
        run_id
        for (run_id,) in connection.execute("SELECT run_id FROM run JOIN doomed USING (run_id)")
    ]
    connection.execute(_POINTS)
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE run IN {_DOOMED}")  # noqa: S608 - our own names
    connection.execute("DELETE FROM run WHERE run_id IN (SELECT run_id FROM doomed)")
    connection.execute(
        "DELETE FROM environment WHERE id NOT IN"
        " (SELECT environment FROM run WHERE environment IS NOT NULL)"
    )
    connection.execute("DROP TABLE doomed")
    return doomed


def _database(path: Path) -> Database:
    with reading(path):
        pass  # it is there, and not too new
    return Database(path, lock_timeout=_LOCK_TIMEOUT)
