"""Removes runs, and files that belong to no run."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from autolog.errors import StoreError
from autolog.sinks.sqlite.database import Database
from autolog.sinks.sqlite.statements import in_chunks, insert_rows
from autolog.store.reading import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import timedelta
    from pathlib import Path

    from autolog.store.store import Store

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


def delete_runs(store: Store, run_ids: Iterable[str]) -> int:
    """Deletes runs, all runs under them, and the files of all of these.

    The database's file does not shrink by that, see `shrink`; its space is used again.

    Args:
        store: The store.
        run_ids: Full ids; those of unknown runs are passed over.

    Returns:
        How many bytes of files were freed.

    Raises:
        StoreMissing: There is no database.
        SinkUnavailable: The database cannot be written now.
        StoreError: Some files cannot be deleted.
    """
    doomed = _delete_rows(store, list(run_ids))
    # An id that somebody set by hand must not lead out of the folder.
    return delete_folders(store.artifacts / run_id for run_id in doomed if run_id.isalnum())


def orphaned_folders(store: Store, older_than: timedelta) -> list[Path]:
    """Folders of artifacts whose run is not in the store.

    Args:
        store: The store.
        older_than: How long nothing may have been added to a folder: the run of a fresh one may
            be on its way.

    Raises:
        StoreMissing: There is no database.
    """
    if not store.artifacts.is_dir():
        return []
    latest = time.time() - older_than.total_seconds()
    old = {
        entry.name: store.artifacts / entry.name
        for entry in os.scandir(store.artifacts)
        if entry.is_dir(follow_symlinks=False) and entry.stat().st_mtime < latest
    }
    with reading(store.path) as connection:
        select = "SELECT run_id FROM run WHERE run_id IN"
        known = {run_id for (run_id,) in in_chunks(connection, select, list(old))}
    return [folder for name, folder in sorted(old.items()) if name not in known]


def delete_folders(folders: Iterable[Path]) -> int:
    """Deletes folders with everything in them; missing ones are passed over.

    Returns:
        How many bytes were freed.

    Raises:
        StoreError: Some of them cannot be deleted, when all the others are.
    """
    from shutil import rmtree

    freed = 0
    failures: list[OSError] = []
    for folder in folders:
        size = _size(folder)
        try:
            rmtree(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            failures.append(error)
        else:
            freed += size
    if failures:
        raise StoreError(
            f"{len(failures)} folders of artifacts cannot be deleted; the first: {failures[0]}. "
            "Look at their permissions."
        )
    return freed


def shrink(store: Store) -> int:
    """Rewrites the database without its gaps; it needs as much free space as it has content.

    Returns:
        How many bytes smaller it is now.

    Raises:
        StoreMissing: There is no database.
        SinkUnavailable: The database cannot be written now.
    """
    before = store.size_bytes()
    database = _database(store)
    try:
        with database.locked() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    return before - store.size_bytes()


def _delete_rows(store: Store, run_ids: Sequence[str]) -> list[str]:
    database = _database(store)
    try:
        with database.transaction() as connection:
            return _delete_families(connection, run_ids)
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


def _database(store: Store) -> Database:
    with reading(store.path):
        pass  # it is there, and not too new
    return Database(store.path, lock_timeout=_LOCK_TIMEOUT)


def _size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())
