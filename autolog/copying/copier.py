"""Hands runs to a sink, run by run, so that what comes twice is there once."""

from __future__ import annotations

import itertools
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from autolog.copying.ledger import Entry, Ledger
from autolog.copying.offering import Offering
from autolog.events import Dropped, RunStarted
from autolog.sinks.base import Batch
from autolog.sinks.registry import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from autolog.copying.source import SourceRun
    from autolog.events import Event

_MOST_EVENTS = 4000


class Outcome(StrEnum):
    """What became of a run that was to be copied."""

    COPIED = "copied"
    UNCHANGED = "unchanged"
    THERE_ALREADY = "there_already"


class Copier:
    """Copies runs from one source to one sink.

    Each run is a journal of its own, `copy-<run id>`, whose events are numbered in an order that is
    always the same. So a sink that was given a part of them knows how far it got, as it does with
    the journals of processes. What a run gets later goes on behind that: the ledger has the place.

    Args:
        source: Where the runs come from.
        uri: The sink's URI.
        directory: The autolog directory, whose artifacts the sink is given.
        again: Whether to offer everything, whatever the ledger says.

    Attributes:
        refused: How many events the sink will never take.

    Raises:
        StoreError: Somebody copies from there to there at this moment.
    """

    def __init__(self, source: str, uri: str, directory: Path, *, again: bool = False) -> None:
        self._uri = uri
        self._directory = directory
        self._again = again
        self._ledger = Ledger(directory, source, uri)
        self._offering = Offering(uri, directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._offering.close()
        self._ledger.close()

    @property
    def refused(self) -> int:
        """How many events the sink will never take."""
        return self._offering.refused

    def copy(self, run: SourceRun) -> Outcome:
        """Copies what of a run the sink has not had.

        Args:
            run: The run.

        Raises:
            SinkUnavailable: The sink does not take it now; what it took is not sent again.
        """
        journal = f"copy-{run.run_id}"
        entry = self._ledger.entry(run.run_id)
        known = held(self._uri, self._directory, {run.run_id: journal})
        if known is not None and known.get(run.run_id) is False:
            return Outcome.THERE_ALREADY
        is_gone = known is not None and run.run_id not in known
        if self._again or is_gone:
            entry = Entry(run.run_id)
        facts = run.facts
        if entry.facts == facts and not run.has_points_after(entry.token):
            return Outcome.UNCHANGED
        self._ledger.note(self._send(run, journal, replace(entry, facts=facts)))
        return Outcome.COPIED

    def _send(self, run: SourceRun, journal: str, entry: Entry) -> Entry:
        news = _News(run, entry)
        numbers = itertools.count(entry.position)
        numbered = ((number, event) for event, number in zip(news, numbers, strict=False))
        while part := list(itertools.islice(numbered, _MOST_EVENTS)):
            positions = tuple(number for number, _ in part)
            events = tuple(replace(event, sequence=number) for number, event in part)
            self._offering.offer(Batch(journal, events, positions, positions[-1] + 1))
            entry = replace(entry, position=positions[-1] + 1)
        return replace(entry, token=news.token, has_begun=news.has_begun, dropped=news.dropped)


class _News:
    """The events of a run that a copy of it lacks.

    Facts come again where any of them has changed, as the later of a name replaces the earlier.
    Its beginning comes once, and losses, which add up, as far as they have grown.

    Attributes:
        token: Tells where the metrics are behind those that were given.
        has_begun: Whether the beginning of the run was given, now or before.
        dropped: The losses that were told of, now or before.
    """

    def __init__(self, run: SourceRun, entry: Entry) -> None:
        self._run = run
        self.token: Any = entry.token
        self.has_begun = entry.has_begun
        self.dropped = dict(entry.dropped)

    def __iter__(self) -> Iterator[Event]:
        for event in self._run.beginning:
            if isinstance(event, RunStarted):
                if self.has_begun:
                    continue
                self.has_begun = True
            yield event
        for step in self._run.points_after(self.token):
            self.token = step.token
            yield step.event
        for event in self._run.ending:
            if isinstance(event, Dropped):
                more = event.count - self.dropped.get(event.reason, 0)
                if more <= 0:
                    continue
                self.dropped[event.reason] = event.count
                yield replace(event, count=more)
            else:
                yield event
