"""The queue in memory for what the disk does not take: bounded, metrics dropped first."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from autolog.codec import decode, encode
from autolog.events import Dropped, MetricsLogged
from autolog.sinks.base import Batch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from autolog.events import Event

CAPACITY = 16 * 1024 * 1024
"""Bytes of encoded events that the queue holds."""


class Overflow:
    """Events that are nowhere but in memory, at counted positions.

    Metrics are refused when the queue is full, and make room for everything else. What is dropped
    is counted by run, and the count becomes an event of its own.

    Args:
        journal_id: The id of the journal that could not be written.
        lock: Held around every change.
        capacity: Bytes of encoded events to hold.

    Attributes:
        journal: The id under which sinks know this queue.
        lost: Events dropped so far.
    """

    def __init__(
        self, journal_id: str, lock: AbstractContextManager[bool], capacity: int = CAPACITY
    ) -> None:
        self.journal = f"{journal_id}.memory"
        self.lost = 0
        self._lock = lock
        self._capacity = capacity
        self._size = 0
        self._payloads: dict[int, bytes] = {}
        self._metrics: deque[int] = deque()
        self._dropped: dict[str, Dropped] = {}
        self.end = 0

    def __bool__(self) -> bool:
        return self.end > 0 or bool(self._dropped)

    def add(self, event: Event) -> None:
        """Takes an event in, or counts it as dropped."""
        payload = encode(event)
        with self._lock:
            if isinstance(event, MetricsLogged):
                if self._size + len(payload) > self._capacity:
                    self._drop(event)
                    return
                self._metrics.append(self.end)
            else:
                self._make_room(len(payload))
                if self._size + len(payload) > self._capacity:
                    self._drop(event)
                    return
            self._put(payload)

    def mark(self) -> int:
        """The position behind everything that was added, the counts of dropped events included."""
        with self._lock:
            for dropped in self._dropped.values():
                self._put(encode(dropped))
            self._dropped.clear()
            return self.end

    def read(self, position: int, max_events: int) -> Batch | None:
        """The events from a position on, or None where there are none."""
        with self._lock:
            stop = self.mark()
            places = (place for place in range(position, stop) if place in self._payloads)
            taken = [(place, self._payloads[place]) for place in islice(places, max_events)]
        if not taken:
            return None
        positions = tuple(place for place, _ in taken)
        events = tuple(decode(payload) for _, payload in taken)
        return Batch(self.journal, events, positions, positions[-1] + 1)

    def release(self, position: int) -> None:
        """Forgets what every sink has had: all before `position`."""
        with self._lock:
            for place in [place for place in self._payloads if place < position]:
                self._size -= len(self._payloads.pop(place))
            while self._metrics and self._metrics[0] < position:
                self._metrics.popleft()

    def waiting(self, position: int) -> int:
        """How many events a sink that got to `position` still lacks."""
        with self._lock:
            return sum(place >= position for place in self._payloads)

    def _put(self, payload: bytes) -> None:
        self._payloads[self.end] = payload
        self._size += len(payload)
        self.end += 1

    def _make_room(self, size: int) -> None:
        while self._metrics and self._size + size > self._capacity:
            payload = self._payloads.pop(self._metrics.popleft())
            self._size -= len(payload)
            self._drop(decode(payload))

    def _drop(self, event: Event) -> None:
        self.lost += 1
        before = self._dropped.get(event.run_id)
        self._dropped[event.run_id] = Dropped(
            event.run_id,
            event.sequence,
            event.time_ns,
            1 + (before.count if before else 0),
            "the disk refused the journal, and the queue in memory was full",
        )
