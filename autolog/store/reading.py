"""Opens a database for reading, without ever changing or creating anything that matters."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog.errors import StoreError, StoreMissing
from autolog.sinks.sqlite.connections import using_sqlite
from autolog.sinks.sqlite.database import Database
from autolog.sinks.sqlite.failures import advice
from autolog.sinks.sqlite.migration import schema_version
from autolog.sinks.sqlite.schema import VERSION
from autolog.store.filters.query import matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUSY_TIMEOUT = 30.0  # seconds
_MIGRATION_TIMEOUT = 60.0  # seconds


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees the database as it is at one moment.

    A database of an older schema is brought to today's first.

    Args:
        path: The database's file.

    Raises:
        StoreMissing: There is no such file.
        StoreTooNew: A newer autolog wrote it.
        StoreError: It cannot be read.
        SinkUnavailable: It is of an older schema, and cannot be brought to today's now.
    """
    if not path.is_file():
        raise StoreMissing(
            f"There are no recorded runs at {path}. Train something after `autolog()` first, or "
            "set AUTOLOG_DIR to where you did."
        )
    with _connected(path) as connection:
        if schema_version(connection, path) == VERSION:
            yield connection
            return
    database = Database(path, lock_timeout=_MIGRATION_TIMEOUT)
    with database.locked():
        pass  # opening migrates
    database.close()
    with _connected(path) as connection:
        yield connection


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with using_sqlite():
        try:
            connection = _open(path)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} cannot be read: {advice(error)} ({error}).") from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _open_as(path, "mode=ro")
    except sqlite3.OperationalError:
        # SQLite reads a write-ahead log only where it can write an index beside it; in somebody
        # else's folder without a log the file alone is the whole truth.
        if path.with_name(path.name + "-wal").exists():
            raise
        return _open_as(path, "mode=ro&immutable=1")


def _open_as(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=_BUSY_TIMEOUT,
        isolation_level=None,
    )
    try:
        connection.create_function("matches", 3, matches, deterministic=True)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
