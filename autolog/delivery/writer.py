"""The door through which events enter the journal; it stays open, whatever the journal does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from zlib import crc32

from autolog.codec import encode
from autolog.delivery.journal import Journal
from autolog.delivery.open_runs import OpenRuns
from autolog.delivery.segment import Segment
from autolog.events import RunEnded, RunStarted
from autolog.guard import guard
from autolog.records import EVENT, pack_header

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from autolog.events import Event


class Writer:
    """Appends events to this process's journal, which it opens with the first of them.

    `append` stays valid for the life of the process: after a fork, and after `detach`, the next
    event opens a journal of its own.

    Args:
        directory: The autolog directory.
        sinks: The URIs of the sinks that the journals are to be delivered to.
        opened: Called, without any lock held, with each journal that was opened.

    Attributes:
        journal: The journal that is open now.
        lost: Events that could not even be encoded.
    """

    def __init__(
        self, directory: Path, sinks: Sequence[str], opened: Callable[[Journal], None]
    ) -> None:
        self._directory = directory
        self._sinks = tuple(sinks)
        self._opened = opened
        self.lost = 0
        self._start_anew()

    def _start_anew(self) -> None:
        self._lock = threading.RLock()
        self.journal: Journal | None = None
        self._segment = Segment()
        self._open_runs = OpenRuns()
        self._latest = self._open_runs.latest

    def append(self, event: Event) -> None:
        """Keeps an event; once this returns, it survives the death of the process.

        Never raises an `Exception`, and costs about two microseconds: nothing here makes a system
        call or gives the GIL away, until a segment is full.
        """
        try:
            payload = encode(event)
            record = pack_header(EVENT, len(payload), crc32(payload)) + payload
            length = len(record)
            kind = type(event)
            # Under the lock nothing is called, so that the interpreter neither switches threads
            # nor runs a signal handler there: only after a call does it look whether it should.
            with self._lock:
                segment = self._segment
                start = segment.end
                end = start + length
                if end <= segment.capacity:
                    # reserved first: a finaliser may log before the next line is through
                    segment.end = end
                    segment.mapping[start:end] = record
                    self._latest[event.run_id] = event
                    if kind is RunStarted or kind is RunEnded:
                        self._open_runs.follow(event)
                    return
            self._append_slowly(event, record)
        except BaseException:
            # raised again inside the guard, which alone decides what may reach the user
            with guard("writing a record to the journal", self._count_loss):
                raise

    def detach(self) -> Journal | None:
        """Parts with the open journal; an event that comes later opens another one."""
        with self._lock:
            journal = self.journal
            self.journal = None
            self._segment = Segment()
            return journal

    def forget_parent(self) -> None:
        """Begins anew in a forked child: with locks that nobody holds, and without a journal."""
        journal = self.journal
        self._start_anew()
        if journal is not None:
            journal.abandon()

    def _append_slowly(self, event: Event, record: bytes) -> None:
        opened = None
        with self._lock:
            if self.journal is None:
                opened = self.journal = Journal(self._directory, self._sinks, self._lock)
            journal = self.journal
            journal.append(event, record)
            journal.open_runs.latest[event.run_id] = event
            journal.open_runs.follow(event)
            self._segment = journal.segment
            self._open_runs = journal.open_runs
            self._latest = journal.open_runs.latest
        if opened is not None:
            self._opened(opened)

    def _count_loss(self, action: str, error: Exception) -> None:
        del action, error
        self.lost += 1
