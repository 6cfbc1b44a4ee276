"""Brings a database to today's schema, or refuses one from the future."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import StoreTooNew
from autolog.sinks.sqlite.schema import MIGRATIONS, VERSION

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def schema_version(connection: sqlite3.Connection, path: Path, newest: int = VERSION) -> int:
    """The schema version of a database, 0 for an empty one.

    Args:
        connection: A connection to the database.
        path: The database's file, for the message.
        newest: The newest version that can be dealt with.

    Raises:
        StoreTooNew: A newer autolog wrote it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise StoreTooNew(
            f"{path} was written by a newer autolog (schema {version}; this one knows {newest}): "
            "update autolog with `pip install -U autolog-ml`, or use another AUTOLOG_DIR."
        )
    return int(version)


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: tuple[str, ...] = MIGRATIONS
) -> None:
    """Runs the missing migrations, all of them or none.

    Args:
        connection: A connection in autocommit mode whose owner holds the write lock.
        path: The database's file, for messages.
        migrations: The scripts from the first version on.

    Raises:
        StoreTooNew: A newer autolog wrote the database; nothing was changed.
    """
    version = schema_version(connection, path, len(migrations))
    if version == len(migrations):
        return
    script = "\n".join(migrations[version:])
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {len(migrations)};\nCOMMIT;"
        )
    finally:
        if connection.in_transaction:
            connection.rollback()
