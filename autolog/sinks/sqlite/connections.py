"""SQLite connections that never live through a fork.

A forked child that inherits an open database holds none of its locks and yet believes so, for
every later connection to the same file: its writes can be lost, and the file damaged. And where
another thread was inside SQLite at that moment, the child waits for it forever. So all work with
SQLite is done inside `using_sqlite`; a fork waits for that, and closes what was left open.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# A disk that hangs must not hang the user's fork with it.
_LONGEST_WAIT_OF_FORK = 2.0  # seconds


class ConnectionSlot:
    """A place for one connection, which is emptied by a fork; used inside `using_sqlite`."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection | None:
        """The connection, if one is open."""
        return self._connection

    def put(self, connection: sqlite3.Connection) -> None:
        """Keeps a connection, whose owner knows how to open it again."""
        self._connection = connection
        _gate.filled.add(self)

    def close(self) -> None:
        """Closes the connection, if one is open."""
        connection = self.take()
        if connection is not None:
            connection.close()

    def take(self) -> sqlite3.Connection | None:
        """Empties the slot without closing what was in it."""
        connection, self._connection = self._connection, None
        _gate.filled.discard(self)
        return connection


class _Gate:
    """Passed by one thread at a time: into SQLite, or into a fork."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.filled: weakref.WeakSet[ConnectionSlot] = weakref.WeakSet()
        self._forking = False
        self._abandoned: list[sqlite3.Connection | None] = []

    def before_fork(self) -> None:
        self._forking = self.lock.acquire(timeout=_LONGEST_WAIT_OF_FORK)
        if self._forking:
            for slot in list(self.filled):
                slot.close()

    def after_in_parent(self) -> None:
        if self._forking:
            self._forking = False
            self.lock.release()

    def after_in_child(self) -> None:
        # Only a fork that would not wait any longer leaves connections behind. Whoever closes
        # one that is in the middle of something waits forever, so they are just kept.
        self._abandoned.extend(slot.take() for slot in list(self.filled))
        self._forking = False
        self.lock = threading.Lock()


_gate = _Gate()


@contextmanager
def using_sqlite() -> Iterator[None]:
    """Surrounds all work with SQLite: one thread at a time is inside, and none during a fork."""
    with _gate.lock:
        yield


os.register_at_fork(
    before=_gate.before_fork,
    after_in_parent=_gate.after_in_parent,
    after_in_child=_gate.after_in_child,
)
