"""The lock that lets one process at a time write to a database."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from autolog.errors import SinkUnavailable
from autolog.sinks.sqlite.connections import using_sqlite

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_LONGEST_PAUSE = 0.02  # seconds

_held: set[int] = set()


class WriteLock:
    """An exclusive lock among processes and threads, held on the file `<database>.lock`.

    SQLite before 3.51.3 can corrupt a database in WAL mode when one connection writes while
    another copies the log back, which its own locks do not prevent.

    Args:
        database: The database's file.
        timeout: Seconds to wait for another writer.

    Raises:
        SinkUnavailable: Another process held the lock all the time.
        OSError: The lock's file cannot be opened.
    """

    def __init__(self, database: Path, timeout: float) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._timeout = timeout
        self._file = -1

    def __enter__(self) -> Self:
        with using_sqlite():  # so that no fork comes between opening and noting it
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            _held.add(self._file)
        try:
            self._wait()
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._let_go()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._timeout
        pause = 0.0005
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise SinkUnavailable(
                        f"Another process has been writing to the database beside {self._path} "
                        f"for more than {self._timeout:g} seconds."
                    ) from None
                time.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    def _let_go(self) -> None:
        _held.discard(self._file)
        os.close(self._file)
        self._file = -1


def _close_inherited() -> None:
    # A forked child shares the lock itself: it would keep it held after its parent was killed.
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_close_inherited)
