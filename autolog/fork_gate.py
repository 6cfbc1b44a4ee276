"""Keeps a process from being forked while a background thread of ours imports modules.

A child that is forked in the middle of an import inherits the lock of the module, which nobody
there ever releases, and waits forever when it imports the module itself. And a module that
prepares for forks can do so only for those that begin after its import.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WAIT = 1.0
"""Seconds that a fork waits at most: an import that hangs must not hold the user up."""


class ForkGate:
    """Lets nobody import in the background while the process is being forked."""

    def __init__(self) -> None:
        os.register_at_fork(
            before=self._begin_fork,
            after_in_parent=self._end_fork,
            after_in_child=self._start_anew,
        )
        self._start_anew()

    def _start_anew(self) -> None:
        self._changed = threading.Condition()
        self._importing = 0
        self._forking = 0

    def wait(self) -> None:
        """Waits until no fork is under way; to be called before a sink is used."""
        with self._changed:
            self._changed.wait_for(lambda: not self._forking)

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Surrounds work in the background that may import: a fork waits for its end."""
        with self._changed:
            self._changed.wait_for(lambda: not self._forking)
            self._importing += 1
        try:
            yield
        finally:
            with self._changed:
                self._importing -= 1
                self._changed.notify_all()

    def _begin_fork(self) -> None:
        with self._changed:
            self._forking += 1
            self._changed.wait_for(lambda: not self._importing, LONGEST_WAIT)

    def _end_fork(self) -> None:
        with self._changed:
            self._forking -= 1
            self._changed.notify_all()


fork_gate = ForkGate()
"""The gate of this process."""
