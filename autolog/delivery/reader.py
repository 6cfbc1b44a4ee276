"""Reads the events of a journal, batch by batch, whether it is still written to or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.codec import Undecodable, decode
from autolog.delivery.parts import Parts
from autolog.delivery.record import EVENT, Scanner
from autolog.sinks.base import Batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.delivery.folder import JournalFolder
    from autolog.events import Event

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
    """

    def __init__(
        self,
        folder: JournalFolder,
        position: int,
        *,
        end: Callable[[], int],
        pause: Callable[[], None],
        undecodable: Callable[[int, bytes, str], None],
    ) -> None:
        self._folder = folder
        self._parts = Parts(folder, position, end)
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

    def read(self) -> Batch | None:
        """The next events, at most `MAX_EVENTS` of them, or None where there are no more.

        Raises:
            OSError: The disk refuses.
        """
        while (scanner := self._parts.next()) is not None:
            positions, events = self._decode(scanner)
            self._parts.advance(scanner)
            if events:
                return Batch(self._folder.id, tuple(events), tuple(positions), self.position)
        return None

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
