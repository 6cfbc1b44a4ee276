"""What a sink is: two methods that carry batches of events to where they end up."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from autolog.codec import decode_all
from autolog.records import payloads_of_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.events import Event


class Batch(msgspec.Struct, frozen=True):
    """Consecutive events of one journal.

    A batch may be offered again after a crash or a failure, and cut differently then; what
    identifies an event is its journal and its position in it.

    Attributes:
        journal: The journal's id, unique among all processes and hosts.
        events: The events, in the order in which they happened.
        positions: Where each event stands in its journal, ascending.
        end: Where the next event will stand; a sink that commits `end` with its data can tell
            later what it has had.
    """

    journal: str
    events: tuple[Event, ...]
    positions: tuple[int, ...]
    end: int

    @property
    def count(self) -> int:
        """How many events there are."""
        return len(self.events)

    def after(self, position: int) -> Batch:
        """The part of the batch that stands at `position` or later."""
        first = bisect_left(self.positions, position)
        if first == 0:
            return self
        return Batch(self.journal, self.events[first:], self.positions[first:], self.end)

    def without(self, place: int) -> Batch:
        """The batch without the event at a place in it, which the sink will never take."""
        return Batch(
            self.journal,
            self.events[:place] + self.events[place + 1 :],
            self.positions[:place] + self.positions[place + 1 :],
            self.end,
        )


class UndecodedBatch(msgspec.Struct, frozen=True):
    """A batch as the journal has it, which only a sink in another process is given.

    Attributes:
        journal: The journal's id.
        content: Whole records of the journal.
        position: Where they begin in it.
        end: Where the next event will stand.
        count: How many events there are.
    """

    journal: str
    content: bytes
    position: int
    end: int
    count: int

    def decoded(self) -> Batch:
        """The batch with its events.

        Raises:
            msgspec.DecodeError: Something is damaged, or no event that this version knows.
            UnicodeDecodeError: A text in an event is not UTF-8.
            RecursionError: One is nested too deeply.
        """
        places, payloads = payloads_of_events(self.content)
        positions = tuple(self.position + place for place in places)
        return Batch(self.journal, decode_all(payloads), positions, self.end)


@runtime_checkable
class Sink(Protocol):
    """Where events end up. Called by one consumer thread, one batch at a time.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout: float

    def write(self, batch: Batch) -> None:
        """Takes a batch, wholly or not at all; a batch that comes again changes nothing.

        Raises:
            SinkUnavailable: The sink cannot take it now; the batch will be offered again.
            RecordRejected: One event will never be taken. The batch is offered again without it.
        """
        ...

    def close(self) -> None:
        """Lets go of files and connections. The sink is not written to afterwards."""
        ...


AnyBatch = Batch | UndecodedBatch


class OutOfProcessSink:
    """What a sink also is that works in another process, and leaves this one free meanwhile.

    Attributes:
        takes_undecoded: How many events `write` takes as an `UndecodedBatch`, if any; it raises
            what the batch's method `decoded` does where it cannot be read.
        following: Gives a batch that will come after the one being written, if it is there
            already: the next (1), or the one behind that (2); set by the consumer. It may be
            handed on while the other process is busy, and be taken as soon as the one before was,
            but never without it.
    """

    takes_undecoded: int = 0
    following: Callable[[int], AnyBatch | None] = staticmethod(lambda _: None)
