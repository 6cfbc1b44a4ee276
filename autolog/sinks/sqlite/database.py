"""A database file that is written in transactions, by one process at a time."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog.errors import SinkUnavailable
from autolog.saying import say_once
from autolog.sinks.sqlite.connections import ConnectionSlot, using_sqlite
from autolog.sinks.sqlite.failures import unavailable_when_failing
from autolog.sinks.sqlite.filesystem import on_network
from autolog.sinks.sqlite.lock import WriteLock
from autolog.sinks.sqlite.migration import migrate, schema_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process that writes."""

_BUSY_TIMEOUT = 30.0  # seconds, for programs that do not know of our lock
_LARGEST_LOG = 8 * 1024 * 1024  # bytes that the write-ahead log may grow to


class Database:
    """The file, created and migrated where that is needed.

    It may be used by several threads, one at a time. A file that is deleted meanwhile is begun
    anew.

    Args:
        path: The database's file.
        lock_timeout: Seconds to wait for another process that writes.
    """

    def __init__(self, path: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self.path = path
        self._lock_timeout = lock_timeout
        self._slot = ConnectionSlot()
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, undone by any error.

        Yields:
            The connection, the same one for as long as it stays open.

        Raises:
            SinkUnavailable: The database cannot be written now.
            StoreTooNew: A newer autolog wrote it.
        """
        with self.locked() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            self._shorten_log(connection)

    @contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """The connection outside any transaction, while no other process can write.

        Yields:
            The connection, the same one for as long as it stays open.

        Raises:
            SinkUnavailable: The database cannot be written now.
            StoreTooNew: A newer autolog wrote it.
        """
        with unavailable_when_failing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with WriteLock(self.path, self._lock_timeout), using_sqlite():
                try:
                    yield self._open()
                except sqlite3.DatabaseError:
                    # Whatever state the failure left behind ends with the connection.
                    self._slot.close()
                    raise

    def close(self) -> None:
        """Copies the write-ahead log back into the file, and lets go of both."""
        try:
            with WriteLock(self.path, self._lock_timeout), using_sqlite():
                self._slot.close()
        except (OSError, SinkUnavailable):
            # SQLite leaves the log to the other connection, and keeps the last one to itself.
            with using_sqlite():
                self._slot.close()

    def _open(self) -> sqlite3.Connection:
        connection = self._slot.connection
        if connection is not None and self._identity == self._identity_on_disk():
            return connection
        self._slot.close()
        connection = self._connect()
        self._slot.put(connection)
        self._identity = self._identity_on_disk()
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            schema_version(connection, self.path)  # before a newer one could be changed
            connection.execute(f"PRAGMA journal_mode = {self._journal_mode()}")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            migrate(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _journal_mode(self) -> str:
        if not on_network(self.path):
            return "WAL"
        say_once(
            f"{self.path} lies on a network file system: autolog writes it in a slower and safer "
            "way. Set AUTOLOG_DIR to a folder on a local disk for the best speed."
        )
        return "DELETE"

    def _identity_on_disk(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _shorten_log(self, connection: sqlite3.Connection) -> None:
        try:
            size = self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return
        if size > _LARGEST_LOG:
            # Without waiting for readers: what they still need is copied back another time.
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT * 1000:.0f}")
