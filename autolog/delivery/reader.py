"""Reads the events of a journal, batch by batch, whether it is still written to or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.codec import Undecodable, decode
from autolog.delivery.parts import Parts
from autolog.records import EVENT, Scanner
from autolog.sinks.base import Batch, UndecodedBatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.delivery.folder import JournalFolder
    from autolog.events import Event
    from autolog.sinks.base import AnyBatch

MAX_EVENTS = 4_000
"""Events in a batch, at most."""

_EVENTS_PER_PAUSE = 32


class Reader:
    """Reads one journal from a position on.

    Args:
        folder: The journal.
        position: Where to begin.
        end: Tells the position behind the last record that was written.
        pause: Called every few events.
        undecodable: Called with the position, the payload and the reason, where the bytes are
            whole but mean nothing to this version.
        stored: Gives so many bytes from a position on, where it has them at hand.
    """

    def __init__(
        self,
        folder: JournalFolder,
        position: int,
        *,
        end: Callable[[], int],
        pause: Callable[[], None],
        undecodable: Callable[[int, bytes, str], None],
        stored: Callable[[int, int], bytes] | None = None,
    ) -> None:
        self._folder = folder
        self._parts = Parts(folder, position, end, stored)
        self._pause = pause
        self._undecodable = undecodable

    @property
    def position(self) -> int:
        """Where the next batch begins."""
        return self._parts.position

    @property
    def skipped(self) -> int:
        """Bytes that were damaged."""
        return self._parts.skipped

    def end(self) -> int:
        """The position behind the last record that was written."""
        return self._parts.end()

    def read(self, undecoded: int = 0) -> AnyBatch | None:
        """The next events, at most `MAX_EVENTS` of them, or None where there are no more.

        Args:
            undecoded: How many of them, at most, are wanted as they are, if any. What is plainly
                damaged is decoded all the same, up to where it is not.

        Raises:
            OSError: The disk refuses.
        """
        while (scanner := self._parts.next()) is not None:
            content, count = scanner.take_whole(undecoded)
            if count:
                begin = self.position
                self._parts.advance(scanner)
                return UndecodedBatch(self._folder.id, content, begin, self.position, count)
            positions, events = self._decode(scanner)
            self._parts.advance(scanner)
            if events:
                return Batch(self._folder.id, tuple(events), tuple(positions), self.position)
        return None

    def read_again(self, batch: UndecodedBatch) -> Batch:
        """Goes back to the beginning of a batch in which not everything can be decoded.

        Returns:
            Its events, as far as they can be; it may end elsewhere, as lengths may be damaged too.

        Raises:
            OSError: The disk refuses.
        """
        self._parts.position = batch.position
        again = self.read()
        return again if isinstance(again, Batch) else Batch(batch.journal, (), (), self.position)

    def _decode(self, scanner: Scanner) -> tuple[list[int], list[Event]]:
        origin = self.position
        positions: list[int] = []
        events: list[Event] = []
        for record in scanner:
            if record.magic != EVENT:
                continue
            try:
                events.append(decode(record.payload))
                positions.append(origin + record.offset)
            except Undecodable as error:
                self._undecodable(origin + record.offset, record.payload, str(error))
            if len(events) % _EVENTS_PER_PAUSE == 0:
                self._pause()
            if len(events) == MAX_EVENTS:
                break
        return positions, events
