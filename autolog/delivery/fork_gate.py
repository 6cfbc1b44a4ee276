"""Keeps a process from being forked while a sink is opened.

Opening a sink imports modules. A child that is forked in the middle of an import inherits the lock
of the module, which nobody there ever releases, and waits forever when it opens the sink itself.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_WAIT = 1.0  # seconds; a sink that cannot be opened must not hold the user's fork up


class _Gate:
    """Passed by one at a time: by a thread that opens a sink, or by a fork."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._forking = False

    def before_fork(self) -> None:
        self._forking = self.lock.acquire(timeout=_LONGEST_WAIT)

    def after_in_parent(self) -> None:
        if self._forking:
            self._forking = False
            self.lock.release()

    def after_in_child(self) -> None:
        self.lock = threading.Lock()
        self._forking = False


_gate = _Gate()


@contextmanager
def no_fork() -> Iterator[None]:
    """Surrounds the opening of a sink; one thread at a time is inside."""
    with _gate.lock:
        yield


os.register_at_fork(
    before=_gate.before_fork,
    after_in_parent=_gate.after_in_parent,
    after_in_child=_gate.after_in_child,
)
