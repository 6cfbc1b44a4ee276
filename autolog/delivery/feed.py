"""What one sink is fed from one journal: what is on disk, and then what only memory could keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.delivery.cursor import Cursor
from autolog.delivery.parts import Parts
from autolog.delivery.reader import MAX_EVENTS, Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.delivery.folder import JournalFolder
    from autolog.delivery.overflow import Overflow
    from autolog.sinks.base import Batch


class Source(msgspec.Struct, frozen=True):
    """A journal, as those who read it see it.

    Attributes:
        id: The journal's id.
        folder: Where it lies, unless the disk refused it.
        end: Tells the position behind the last record on disk.
        overflow: Its queue in memory; None for the journal of another process.
    """

    id: str
    folder: JournalFolder | None
    end: Callable[[], int]
    overflow: Overflow | None = None


class Mark(msgspec.Struct, frozen=True):
    """A place in a journal: on disk, and in its queue in memory."""

    disk: int
    memory: int


class Feed:
    """The events of one journal for one sink, each offered until it is confirmed.

    Args:
        source: The journal.
        place: The sink's place in the journal's list of sinks.
        pause: Called every few events that are decoded.
        undecodable: Called with what cannot be decoded: position, payload, reason.

    Attributes:
        reached: Up to where the sink has had everything.
    """

    def __init__(
        self,
        source: Source,
        place: int,
        *,
        pause: Callable[[], None],
        undecodable: Callable[[int, bytes, str], None],
    ) -> None:
        self._source = source
        self._cursor: Cursor | None = None
        self._reader: Reader | None = None
        self._ahead: Batch | None = None
        if source.folder is not None:
            self._cursor = Cursor(source.folder.cursor_path(place))
            self._reader = Reader(
                source.folder,
                self._cursor.position,
                end=source.end,
                pause=pause,
                undecodable=undecodable,
            )
        self.reached = Mark(self._cursor.position if self._cursor else 0, 0)

    @property
    def skipped(self) -> int:
        """Bytes that were damaged."""
        return self._reader.skipped if self._reader else 0

    @property
    def lost(self) -> int:
        """Events that memory had no room for."""
        return self._source.overflow.lost if self._source.overflow else 0

    def mark(self) -> Mark:
        """The place behind everything that was logged before."""
        overflow = self._source.overflow
        return Mark(self._source.end(), overflow.mark() if overflow else 0)

    def has_reached(self, mark: Mark) -> bool:
        """Whether the sink has had everything before a place."""
        return self.reached.disk >= mark.disk and self.reached.memory >= mark.memory

    def read(self) -> Batch | None:
        """The next events, or None where there are no more.

        Raises:
            OSError: The disk refuses.
        """
        overflow = self._source.overflow
        # asked first: once there is anything in memory, nothing is added on disk any more
        spilled = bool(overflow)
        batch = self.read_ahead()
        if batch is not None:
            self._ahead = None
            return batch
        if self._reader:
            self.reached = msgspec.structs.replace(self.reached, disk=self._reader.position)
        if overflow is None or not spilled:
            return None
        return overflow.read(self.reached.memory, MAX_EVENTS)

    def read_ahead(self) -> Batch | None:
        """What `read` will give next, as far as it is on disk.

        Raises:
            OSError: The disk refuses.
        """
        if self._ahead is None and self._reader is not None:
            self._ahead = self._reader.read()
        return self._ahead

    def confirm(self, batch: Batch) -> None:
        """Notes that the sink has had a batch."""
        if self._cursor is None or batch.journal != self._source.id:
            self.reached = msgspec.structs.replace(self.reached, memory=batch.end)
            return
        self.reached = msgspec.structs.replace(self.reached, disk=batch.end)
        try:
            self._cursor.advance(batch.end)
        except OSError:
            # a position that is lost costs a replay, which changes nothing
            return

    def waiting(self) -> int:
        """How many events the sink still lacks, estimated where they are many."""
        count = 0
        if self._source.folder is not None:
            count += Parts(self._source.folder, self.reached.disk, self._source.end).count_events()
        return count + self.waiting_in_memory()

    def waiting_in_memory(self) -> int:
        """How many of them are nowhere but in memory."""
        overflow = self._source.overflow
        return overflow.waiting(self.reached.memory) if overflow else 0
