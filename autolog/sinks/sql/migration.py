"""Makes the tables of a server, brings older ones to today's, or refuses those from the future."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, select, text, update

from autolog.errors import StoreTooNew
from autolog.sinks.sql.schema import HISTORY, metadata, schema_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    Migration = Callable[[Connection], None]


MIGRATIONS: tuple[Migration, ...] = ()
"""The step at place n brings tables from version n + 1 to n + 2; released ones never change."""

VERSION = 1 + len(MIGRATIONS)
"""The version that this autolog reads and writes."""

_MYSQL = {"mysql", "mariadb"}
_LOCK, _UNLOCK = "SELECT GET_LOCK('autolog.schema', 60)", "SELECT RELEASE_LOCK('autolog.schema')"


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Has other writers wait with the tables until the block is through, where `migrate` cannot.

    MySQL ends a transaction, and with it what it holds, at every change of tables.

    Args:
        connection: A connection outside of transactions.
    """
    if connection.dialect.name not in _MYSQL:
        yield
        return
    with connection.begin():
        connection.execute(text(_LOCK))
    try:
        yield
    finally:
        with connection.begin():
            connection.execute(text(_UNLOCK))


def version_of(connection: Connection, name: str, newest: int = VERSION) -> int:
    """The version of a server's tables, 0 where there are none.

    Args:
        connection: A connection.
        name: The server, for the message.
        newest: The newest version that can be dealt with.

    Raises:
        StoreTooNew: A newer autolog made them.
    """
    if not inspect(connection).has_table(schema_version.name):
        return 0
    version = connection.execute(select(schema_version.c.version)).scalar() or 0
    if version > newest:
        raise StoreTooNew(
            f"{name} was made by a newer autolog (schema {version}; this one knows {newest}): "
            "update autolog with `pip install -U autolog-ml`, or use another database."
        )
    return int(version)


def migrate(
    connection: Connection, name: str, migrations: tuple[Migration, ...] = MIGRATIONS
) -> None:
    """Makes the tables where there are none, or else takes the missing steps; see `alone` too.

    Args:
        connection: A connection inside a transaction.
        name: The server, for messages.
        migrations: The steps from the first version on.

    Raises:
        StoreTooNew: A newer autolog made the tables; nothing was changed.
    """
    newest = 1 + len(migrations)
    version = version_of(connection, name, newest)
    if version < newest and connection.dialect.name == "postgresql":
        # One at a time: of several that find nothing there, all but one would fail.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('autolog.schema'))"))
        version = version_of(connection, name, newest)
    if version == 0:
        _create(connection)
        connection.execute(insert(schema_version).values(version=newest))
    elif version < newest:
        for step in migrations[version - 1 :]:
            step(connection)
        connection.execute(update(schema_version).values(version=newest))


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    if "metric_history" not in inspect(connection).get_view_names():
        key = connection.dialect.identifier_preparer.quote("key")
        connection.execute(text(HISTORY.format(key=key)))
