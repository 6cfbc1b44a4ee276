"""One journal as its owner writes it: segment after segment, or memory when the disk refuses."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from autolog.delivery.folder import JournalFolder, journals_path
from autolog.delivery.open_runs import OpenRuns
from autolog.delivery.overflow import CAPACITY, Overflow
from autolog.delivery.owner import Owner
from autolog.delivery.position import offset_of, position_of, segment_of
from autolog.delivery.segment import SEGMENT_SIZE, AppendedSegment, MappedSegment, Segment
from autolog.full_disk import DISK_FULL, say_disk_full
from autolog.records import OPEN_RUNS, frame
from autolog.saying import say_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from autolog.delivery.lock import JournalLock
    from autolog.events import Event

_SYNC_SECONDS = 1.0


class Journal:
    """The journal that this process writes to.

    Once the disk has refused a record, everything goes to memory until the journal is closed:
    going back and forth would deliver the end of a run before its metrics.

    Args:
        directory: The autolog directory.
        sinks: The URIs of the sinks that the journal is to be delivered to.
        lock: Held around every change; the caller of `append` holds it.

    Attributes:
        id: The journal's id, unique among all processes and hosts.
        folder: Where it lies, unless the disk refused it altogether.
        segment: The segment that is written to now.
        open_runs: The runs that began in this journal and have not ended.
        overflow: What the disk did not take.
        much: Called now and then while much is appended, amid any code of the user's.
    """

    def __init__(
        self, directory: Path, sinks: Sequence[str], lock: AbstractContextManager[bool]
    ) -> None:
        self.id = Owner.this_process().new_journal_id()
        self.folder: JournalFolder | None = None
        self.segment = Segment()
        self.open_runs = OpenRuns()
        self.overflow = Overflow(self.id, lock)
        self.much: Callable[[], None] = _nobody
        self._lock = lock
        self._folder_lock: JournalLock | None = None
        self._refused = False
        self._first_segment = 1
        self._synced = 0
        self._synced_ends = 0
        self._next_sync = time.monotonic() + _SYNC_SECONDS
        try:
            self.folder, self._folder_lock = JournalFolder.create(directory, self.id, sinks)
        except OSError as error:
            self._refuse(journals_path(directory), error)

    def append(self, event: Event, record: bytes) -> None:
        """Keeps an event: on disk where the disk takes it, in memory otherwise."""
        if self.folder is not None and not self._refused:
            try:
                self._append_to_disk(self.folder, record)
            except OSError as error:
                self._refuse(self.folder.path, error)
            else:
                return
        self.overflow.add(event)

    def position(self) -> int:
        """The position behind the last record on disk."""
        with self._lock:
            return position_of(self.segment.number, self.segment.end)

    def stored(self, position: int, size: int) -> bytes:
        """So many bytes from a position on, where they are mapped now; nothing otherwise."""
        start = offset_of(position)
        with self._lock:
            segment = self.segment
            if segment.number != segment_of(position) or not segment.capacity:
                return b""
            return segment.mapping[start : start + size]

    def release(self, position: int, in_memory: int) -> None:
        """Forgets what every sink has had.

        Args:
            position: The lowest position that a sink has got to on disk.
            in_memory: The lowest position that a sink has got to in the queue in memory.
        """
        if self.folder is not None and segment_of(position) > self._first_segment:
            self._first_segment = segment_of(position)
            self.folder.remove_segments_before(self._first_segment)
        if self.overflow:
            self.overflow.release(in_memory)

    def sync(self, *, now: bool = False) -> None:
        """Makes what was written survive a power failure too.

        That is due once a second, when a run has ended, or `now`.
        """
        ended = self.open_runs.ended  # asked first: a run that ends now is for the next time
        position = self.position()
        if self.folder is None or position == self._synced:
            return
        if not (now or ended > self._synced_ends) and time.monotonic() < self._next_sync:
            return
        for number in range(max(1, segment_of(self._synced)), segment_of(position) + 1):
            _sync_file(self.folder.segment_path(number))
        self._synced, self._synced_ends = position, ended
        self._next_sync = time.monotonic() + _SYNC_SECONDS

    def close(self, *, remove: bool) -> None:
        """Lets go of the journal, and removes it where everything was delivered.

        Raises:
            OSError: The folder cannot be removed.
        """
        self.segment.close()
        try:
            if remove and self.folder is not None:
                self.folder.remove()
        finally:
            if self._folder_lock is not None:
                self._folder_lock.release()

    def abandon(self) -> None:
        """Lets go, in a forked child, of what belongs to the parent."""
        self.segment.close()

    def _append_to_disk(self, folder: JournalFolder, record: bytes) -> None:
        if self.segment.append(record):
            if self.segment.capacity:
                self.much()
            return
        header = frame(self.open_runs.encode(), OPEN_RUNS)
        number = self.segment.number + 1
        path = folder.segment_path(number)
        try:
            following: Segment = MappedSegment(
                path, number, max(SEGMENT_SIZE, len(header) + len(record))
            )
        except OSError:
            following = AppendedSegment(path, number)
        self.segment.close()
        self.segment = following
        following.append(header)
        following.append(record)

    def _refuse(self, path: Path, error: OSError) -> None:
        self._refused = True
        self.segment.close()
        if error.errno in DISK_FULL:
            say_disk_full(path)
            return
        say_once(
            f"autolog cannot write its journal to {path} ({error.strerror or error}). It keeps up "
            f"to {CAPACITY >> 20} MiB of records in memory instead, which do not survive a crash. "
            "Your code goes on; make room there, or point AUTOLOG_DIR elsewhere."
        )


def _nobody() -> None:
    """Whom it concerns that much is appended, before there is anybody."""


def _sync_file(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if sys.platform == "darwin":
            os.fsync(descriptor)
        else:
            os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
