"""A team's store on an SQL server, as a source of rows."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autolog.errors import StoreError, StoreMissing
from autolog.sinks.registry import without_secrets
from autolog.sinks.sql.location import address, check
from autolog.store.points import StoredPoint
from autolog.store.source import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import sqlalchemy

    from autolog.sinks.sqlite.statements import Connection

_AT_ONCE = 10_000
_ATTEMPTS = 5
_HISTORY = """
SELECT metric.step, metric.value, metric.time
FROM run
JOIN series ON series.run = run.id
JOIN metric_name ON metric_name.id = series.name
JOIN metric ON metric.series = series.id
WHERE run.run_id = ? AND metric_name.name = ?
ORDER BY metric.step, metric.time, metric.number
"""
_POINTS = """
SELECT metric.number, metric_name.name, metric.step, metric.value, metric.time
FROM run
JOIN series ON series.run = run.id
JOIN metric_name ON metric_name.id = series.name
JOIN metric ON metric.series = series.id
WHERE run.run_id = ? AND metric.number > ?
ORDER BY metric.number LIMIT ?
"""
_PLAIN = Dialect("{} / 1000000", "{} LIKE ?", "lower({}) LIKE lower(?)")
# The backslash has no meaning of its own in a filter; in MySQL another character has to take it.
_NO_ESCAPE = "ESCAPE '\x01'"
_OF_MYSQL = Dialect("{} DIV 1000000", f"{_PLAIN.like} {_NO_ESCAPE}", f"{_PLAIN.ilike} {_NO_ESCAPE}")
_DIALECTS = {
    "postgresql": Dialect(
        "{} / 1000000",
        "{} LIKE ? ESCAPE ''",
        # which knows the case of all letters, as the columns' own collation does not
        "{} COLLATE \"default\" ILIKE ? ESCAPE ''",
    ),
    "mysql": _OF_MYSQL,
    "mariadb": _OF_MYSQL,
}
_AS_AT_ONE_MOMENT = {"isolation_level": "REPEATABLE READ"}
_OF_TRANSACTIONS: dict[str, dict[str, Any]] = {
    "postgresql": {**_AS_AT_ONE_MOMENT, "postgresql_readonly": True},
    "mysql": _AS_AT_ONE_MOMENT,
    "mariadb": _AS_AT_ONE_MOMENT,
}


class FoundRows:
    """What a query has found.

    Args:
        rows: All of it.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = map(tuple, rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        return list(self._rows)


class ServerConnection:
    """A connection that is asked as one of SQLite's is.

    Args:
        connection: SQLAlchemy's.
    """

    def __init__(self, connection: sqlalchemy.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> FoundRows:
        """Runs a statement whose parameters are question marks."""
        from sqlalchemy import text

        names = [f"p{number}" for number in range(len(parameters))]
        marks = iter(names)
        bound = text(re.sub(r"\?", lambda _: f":{next(marks)}", sql))
        values = dict(zip(names, parameters, strict=True))
        return FoundRows(self._connection.execute(bound, values))


class Server:
    """A server's database.

    Args:
        uri: The URI of its sink.

    Raises:
        ConfigurationError: The URI is malformed, or a library is missing.
    """

    def __init__(self, uri: str) -> None:
        check(uri)
        self._address = address(uri)
        self._name = without_secrets(uri)

    @property
    def name(self) -> str:
        """Its URI without secrets."""
        return self._name

    @property
    def dialect(self) -> Dialect:
        """Its dialect of SQL."""
        return _DIALECTS.get(re.split(r"[+:]", self._address)[0], _PLAIN)

    def exists(self) -> bool:
        """Whether there is anything to ask: a server is taken to be there."""
        return True

    def size_bytes(self) -> int:
        """The size of PostgreSQL's database, 0 for others."""
        if not self._address.startswith("postgresql"):
            return 0
        with self.reading() as connection:
            ((size,),) = connection.execute("SELECT pg_database_size(current_database())")
        return int(size)

    @contextmanager
    def reading(self) -> Iterator[ServerConnection]:
        """A connection that sees the database as it is at one moment.

        Raises:
            StoreMissing: Nothing was recorded there yet.
            StoreTooNew: A newer autolog has written it.
            StoreError: It cannot be read.
        """
        with self._connected("read") as connection:
            connection.execution_options(**_OF_TRANSACTIONS.get(connection.dialect.name, {}))
            yield ServerConnection(connection)

    def schema_version(self, connection: Connection) -> int:
        """The version of its tables."""
        return int(connection.execute("SELECT version FROM schema_version").fetchone()[0])

    def history(self, connection: Connection, run_id: str, key: str) -> list[tuple[Any, ...]]:
        """Step, value and milliseconds of each point of a metric, by step and then by time."""
        return list(connection.execute(_HISTORY, (run_id, key)))

    def next_points(self, connection: Connection, run_id: str, after: int) -> list[StoredPoint]:
        """Some of the points of a run behind a row, in the order in which they arrived."""
        return [
            StoredPoint(number, key, step, math.nan if value is None else value, time)
            for number, key, step, value, time in connection.execute(
                _POINTS, (run_id, after, _AT_ONCE)
            )
        ]

    def delete(self, run_ids: Sequence[str]) -> list[str]:
        """Deletes runs and all runs under them; gives the ids of those that were there.

        Raises:
            StoreMissing: Nothing was recorded there yet.
            StoreTooNew: A newer autolog has written it.
            StoreError: It cannot be written.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from autolog.sinks.sql.failures import is_conflict
        from autolog.sinks.sql.removal import delete_families

        with self._connected("written") as connection:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    with connection.begin():
                        return delete_families(connection, run_ids)
                except SQLAlchemyError as error:
                    if attempt == _ATTEMPTS or not is_conflict(error):
                        raise
        return []

    @contextmanager
    def _connected(self, what: str) -> Iterator[sqlalchemy.Connection]:
        """A connection to today's tables, whose failures say what the database cannot be."""
        from sqlalchemy import NullPool
        from sqlalchemy.exc import SQLAlchemyError

        from autolog.sinks.secrets import tellable
        from autolog.sinks.sql.engine import engine_for
        from autolog.sinks.sql.failures import reason_of

        try:
            engine = engine_for(self._address, poolclass=NullPool)
            with engine.connect() as connection:
                self._require_tables(connection)
                yield connection
        except (SQLAlchemyError, ImportError, ValueError) as error:
            reason = reason_of(error, self._address)
            cause = tellable(error, self._address)
            raise StoreError(f"{self._name} cannot be {what}: {reason}.") from cause

    def _require_tables(self, connection: sqlalchemy.Connection) -> None:
        """Brings older tables to today's schema, and ends the transaction."""
        from autolog.sinks.sql.migration import VERSION, migrate, version_of

        version = version_of(connection, self._name)
        if version == 0:
            raise StoreMissing(
                f"There are no recorded runs at {self._name}. Train something after "
                "`autolog(sink=...)` with this sink first."
            )
        if version < VERSION:
            migrate(connection, self._name)
            connection.commit()
        connection.rollback()
