"""Which runs a journal has begun and not ended, so that recovery can end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.events import RunEnded, RunStarted

if TYPE_CHECKING:
    from autolog.events import Event


class LastFact(msgspec.Struct, frozen=True, array_like=True):
    """The latest that is known of an open run.

    Attributes:
        sequence: The number of the run's last event.
        time_ns: When that event happened, in nanoseconds since the epoch.
    """

    sequence: int
    time_ns: int


_encoder = msgspec.msgpack.Encoder()


class OpenRuns:
    """Follows the events of one journal.

    Attributes:
        latest: The last event, or what is known of it, by run. Whoever writes events keeps it
            up to date by itself, since that is one assignment per event.
        ended: How many runs have ended.
    """

    def __init__(self) -> None:
        self.latest: dict[str, Event | LastFact] = {}
        self.ended = 0
        self._started: set[str] = set()

    def follow(self, event: Event) -> None:
        """Notes the beginning or the end of a run."""
        if isinstance(event, RunStarted):
            self._started.add(event.run_id)
        elif isinstance(event, RunEnded):
            self.ended += 1
            self._started.discard(event.run_id)
            self.latest.pop(event.run_id, None)

    def last_facts(self) -> dict[str, LastFact]:
        """What is known of each run that is open."""
        return {
            run_id: LastFact(fact.sequence, fact.time_ns)
            for run_id, fact in self.latest.items()
            if run_id in self._started
        }

    def encode(self) -> bytes:
        """The open runs as the payload of a record; forgets the runs of other journals."""
        facts = self.last_facts()
        self.latest = dict(facts)
        return _encoder.encode(facts)

    def replace(self, payload: bytes) -> None:
        """Goes on from what the writer had noted at the beginning of a segment.

        Raises:
            msgspec.DecodeError: The payload is no such note.
        """
        facts = msgspec.msgpack.decode(payload, type=dict[str, LastFact])
        self.latest = dict(facts)
        self._started = set(facts)
