"""What one sink is fed from one journal: what is on disk, and then what only memory could keep."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from autolog.delivery.cursor import Cursor
from autolog.delivery.parts import Parts
from autolog.delivery.reader import MAX_EVENTS, Reader
from autolog.delivery.segment import MUCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.delivery.folder import JournalFolder
    from autolog.delivery.overflow import Overflow
    from autolog.sinks.base import AnyBatch, Batch, UndecodedBatch


class Source(msgspec.Struct, frozen=True):
    """A journal, as those who read it see it.

    Attributes:
        id: The journal's id.
        folder: Where it lies, unless the disk refused it.
        end: Tells the position behind the last record on disk.
        overflow: Its queue in memory; None for the journal of another process.
        stored: Gives so many bytes from a position on, where it has them at hand.
    """

    id: str
    folder: JournalFolder | None
    end: Callable[[], int]
    overflow: Overflow | None = None
    stored: Callable[[int, int], bytes] | None = None


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
        undecoded: How many events are given as they are on disk, if any.
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
        self._ahead: deque[AnyBatch] = deque()
        self.undecoded = 0
        if source.folder is not None:
            self._cursor = Cursor(source.folder.cursor_path(place))
            self._reader = Reader(
                source.folder,
                self._cursor.position,
                end=source.end,
                stored=source.stored,
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

    def read(self) -> AnyBatch | None:
        """The next events, or None where there are no more.

        Raises:
            OSError: The disk refuses.
        """
        overflow = self._source.overflow
        # asked first: once there is anything in memory, nothing is added on disk any more
        spilled = bool(overflow)
        batch = self.read_ahead(1)
        if batch is not None:
            return self._ahead.popleft()
        if self._reader:
            self.reached = msgspec.structs.replace(self.reached, disk=self._reader.position)
        if overflow is None or not spilled:
            return None
        return overflow.read(self.reached.memory, MAX_EVENTS)

    def read_ahead(self, place: int) -> AnyBatch | None:
        """What `read` will give next (1), or after that (2, ...), as far as it is on disk.

        Raises:
            OSError: The disk refuses.
        """
        while len(self._ahead) < place:
            reader = self._reader
            batch = None if reader is None else reader.read(self.undecoded)
            if batch is None:
                return None
            self._ahead.append(batch)
        return self._ahead[place - 1]

    def is_ahead(self, place: int) -> bool:
        """Whether `read_ahead` has it already."""
        return len(self._ahead) >= place

    def has_much_more(self) -> bool:
        """Whether much is on disk that was not even read ahead yet."""
        return self._reader is not None and self._source.end() - self._reader.position >= MUCH

    def read_again(self, batch: UndecodedBatch) -> Batch:
        """What there is in place of a batch in which not everything can be decoded.

        Raises:
            OSError: The disk refuses.
        """
        self._ahead.clear()
        return batch.decoded() if self._reader is None else self._reader.read_again(batch)

    def confirm(self, batch: AnyBatch) -> None:
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
