"""The lock of a journal: whoever holds it may write, cut and remove the journal."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_held: set[JournalLock] = set()


class JournalLock:
    """A lock that this process holds until it is released, or the process ends.

    Args:
        descriptor: The open lock file, locked.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        _held.add(self)

    @classmethod
    def create(cls, path: Path) -> JournalLock:
        """Creates the lock file of a new journal and takes its lock.

        Raises:
            OSError: The file cannot be created or locked.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return cls(descriptor)

    @classmethod
    def take(cls, path: Path) -> JournalLock | None:
        """Takes the lock of a journal that exists, or returns None where somebody else has it.

        Raises:
            FileNotFoundError: There is no such journal, or not any more.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # the one who held it before may have removed the journal
            if os.fstat(descriptor).st_ino != path.stat().st_ino:
                raise FileNotFoundError(path)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        return cls(descriptor)

    def release(self) -> None:
        """Gives the lock back; once is enough."""
        if self in _held:
            _held.discard(self)
            os.close(self._descriptor)


def _close_in_child() -> None:
    # Closing is all: unlocking would unlock the parent, which shares the open file.
    for lock in list(_held):
        lock.release()


os.register_at_fork(after_in_child=_close_in_child)
