"""The sink that writes batches into the tables of a server."""

from __future__ import annotations

from threading import Event as Flag
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.registry import without_secrets
from autolog.sinks.sql import schema
from autolog.sinks.sql.collecting import CollectedBatch, collect
from autolog.sinks.sql.engine import engine_for
from autolog.sinks.sql.failures import UNSTORABLE, is_conflict, is_unstorable, reason_of
from autolog.sinks.sql.joining import Joining, nothing
from autolog.sinks.sql.migration import alone, migrate
from autolog.sinks.sql.writing import write_collected, write_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from autolog.events import Event
    from autolog.sinks.base import Batch
    from autolog.sinks.sql.joining import Following

_ATTEMPTS = 5


class SQLSink:
    """Writes each batch in one transaction, with the position that it reached.

    What a batch is about to change is locked and read first, so that any number of processes may
    write at once, into the same run too.

    Args:
        address: The server's URL, as SQLAlchemy reads it.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
        leaves_time: Is set unless the server waits for what this process does.

    Raises:
        SinkUnavailable: The URL means nothing to SQLAlchemy, or its driver is not installed.
    """

    exit_timeout = 10.0

    def __init__(self, address: str) -> None:
        self._address = address
        self._name = without_secrets(address)
        self._has_tables = False
        self.leaves_time = Flag()
        self.leaves_time.set()
        try:
            self._engine = engine_for(address, pool_pre_ping=True, pool_size=1, max_overflow=0)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise self._unavailable(error) from error

    def write(self, batch: Batch) -> None:
        """Takes a batch, wholly or not at all; what it had before changes nothing.

        Raises:
            SinkUnavailable: The server cannot be written now.
            RecordRejected: An event holds a value that no column can hold.
        """
        self.write_on(batch, nothing)

    def write_on(self, batch: Batch, following: Following) -> int:
        """Takes a batch and, in the same transaction, those behind it that only go on with it.

        Args:
            batch: The batch.
            following: Gives the batch that comes next (1), or after that (2, ...), if it is there.

        Returns:
            How many of those that follow were taken.

        Raises:
            SinkUnavailable: The server cannot be written now.
            RecordRejected: An event holds a value that no column can hold.
        """
        self.leaves_time.clear()
        try:
            return self._write_once_more(batch, following)
        except (SQLAlchemyError, *UNSTORABLE) as error:
            self._has_tables = False  # perhaps somebody has removed them
            if is_unstorable(error):
                raise self._find_unstorable(batch.events, error) from error
            raise self._unavailable(error) from error
        finally:
            self.leaves_time.set()

    def prepared(self, batch: Batch) -> Batch:
        """The batch with what can be made of it beforehand."""
        collected = collect(batch.events)
        return CollectedBatch(batch.journal, batch.events, batch.positions, batch.end, collected)

    def close(self) -> None:
        """Lets go of the connection."""
        self._engine.dispose()

    def _write_once_more(self, batch: Batch, following: Following) -> int:
        """Begins again where another writer was first, as that one is done now.

        Where a value is to blame, it may be one of those that follow.
        """
        attempt = 1
        while True:
            try:
                return self._write(batch, following)
            except (SQLAlchemyError, *UNSTORABLE) as error:
                may_be_another = following is not nothing and is_unstorable(error)
                if attempt == _ATTEMPTS or not (may_be_another or is_conflict(error)):
                    raise
            attempt += 1
            following = nothing

    def _write(self, batch: Batch, following: Following) -> int:
        if not self._has_tables:
            with self._engine.connect() as connection, alone(connection), connection.begin():
                migrate(connection, self._name)
            self._has_tables = True
        with self._engine.begin() as connection:
            reached = _reached(connection, batch.journal)
            rest = batch.after(reached)
            joining = Joining(batch, following, self.leaves_time.set)
            also = 0
            if isinstance(rest, CollectedBatch):
                also = write_collected(connection, rest.collected, joining.collected)
            else:
                write_events(connection, rest.events)
            if reached < batch.end:
                connection.execute(
                    update(schema.cursor)
                    .where(schema.cursor.c.journal == batch.journal)
                    .values(position=joining.end(also))
                )
        return also

    def _find_unstorable(
        self, events: Sequence[Event], error: Exception
    ) -> RecordRejected | SinkUnavailable:
        """The event that cannot be stored even by itself."""
        while len(events) > 1:
            half = events[: len(events) // 2]
            reason = self._refusal(half)
            events = events[len(half) :] if reason is None else half
        reason = self._refusal(events)
        if reason is None:
            return self._unavailable(error)
        text = reason_of(reason, self._address)
        return RecordRejected(events[0], f"the server cannot store it: {text}.")

    def _refusal(self, events: Sequence[Event]) -> Exception | None:
        """Why events cannot be stored; None if they can. In either case they are not."""
        with self._engine.connect() as connection:
            try:
                write_events(connection, events)
            except (SQLAlchemyError, *UNSTORABLE) as error:
                if not is_unstorable(error):
                    raise self._unavailable(error) from error
                return error
            finally:
                connection.rollback()
        return None

    def _unavailable(self, error: Exception) -> SinkUnavailable:
        return SinkUnavailable(f"{reason_of(error, self._address)}.")


def _reached(connection: Connection, journal: str) -> int:
    """How far a journal has come; nobody else writes it until the transaction ends."""
    cursor = schema.cursor
    found = connection.execute(
        select(cursor.c.position).where(cursor.c.journal == journal).with_for_update()
    ).scalar()
    if found is None:
        connection.execute(insert(cursor).values(journal=journal, position=0))
    return found or 0
