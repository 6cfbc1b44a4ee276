"""Wakes a thread that rests, from wherever that may be."""

from __future__ import annotations

from queue import Empty, SimpleQueue


class Alarm:
    """An event that may also be set by a finaliser, amid anything that another thread does.

    `threading.Event` has a lock, which the thread may hold that the finaliser interrupts.
    """

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wakes the thread that waits, or the next that does."""
        if self._rung.empty():
            self._rung.put(None)

    def wait(self, seconds: float) -> bool:
        """Waits for as long at most; returns whether it was set since the last time."""
        try:
            self._rung.get(timeout=seconds)
        except Empty:
            return False
        return True
