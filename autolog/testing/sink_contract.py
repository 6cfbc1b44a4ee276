"""The tests that every sink must pass, wherever it keeps what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.delivery.delivery import Delivery
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Event,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch, Sink
from autolog.sinks.registry import open_sink

if TYPE_CHECKING:
    from pathlib import Path

_RUN = "a" * 32
OTHER_RUN = "b" * 32
_CHILD = "c" * 32
_START_NS = 1_700_000_000 * 10**9
_SECOND = 10**9
PATIENCE = 60.0
"""Seconds that a contract waits for a sink that has no reason to fail."""


class SinkContract:
    """Subclass it in a test module, and say how the sink is opened and looked into.

    The tests of a sink whose records outlive the process subclass `LastingSinkContract`, those of
    one that talks to a server `RemoteSinkContract`, or `ServedSinkContract` where that speaks HTTP;
    they ask for more.

    Attributes:
        uri: The sink's URI.

    Example:
        >>> class TestToySink(SinkContract):
        ...     uri = "toy:events.jsonl"
        ...
        ...     def stored(self, directory):
        ...         return (directory / "events.jsonl").read_text().splitlines()
    """

    uri: str

    def uri_in(self, directory: Path) -> str:
        """The sink's URI for an autolog directory; what two directories hold must be apart."""
        return self.uri

    def open(self, directory: Path) -> Sink:
        """Opens the sink for an autolog directory."""
        return open_sink(self.uri_in(directory), directory)

    def stored(self, directory: Path) -> object:
        """What the sink holds now, comparable by `==`; not called before something is written."""
        raise AssertionError("a contract's stored() is to be written by the sink's tests")

    def refused(self) -> Event | None:
        """An event that the sink will never take, if there is any such."""
        return None

    def test_a_batch_that_comes_again_changes_nothing(self, tmp_path: Path) -> None:
        """The same batch twice is the batch once."""
        sink = self.open(prepared(tmp_path))
        sink.write(batch(story()))
        once = self.stored(tmp_path)

        sink.write(batch(story()))

        assert self.stored(tmp_path) == once
        sink.close()

    def test_batches_that_are_cut_differently_change_nothing(self, tmp_path: Path) -> None:
        """After a crash the same events come in other batches."""
        cut = prepared(tmp_path / "cut")
        sink = self.open(cut)

        for first, end in ((0, 4), (2, 5), (0, 5), (1, 7), (3, len(story()))):
            sink.write(batch(story(), first, end))

        sink.close()
        assert self.stored(cut) == self.expected(tmp_path)

    def test_events_that_come_one_by_one_are_those_of_one_batch(self, tmp_path: Path) -> None:
        """What belongs together need not come together."""
        single = prepared(tmp_path / "single")
        sink = self.open(single)

        for place in range(len(story())):
            sink.write(batch(story(), place, place + 1))

        sink.close()
        assert self.stored(single) == self.expected(tmp_path)

    def test_a_sink_that_is_opened_again_goes_on_where_it_was(self, tmp_path: Path) -> None:
        """What a sink has had, it knows after it was closed."""
        parts = prepared(tmp_path / "parts")

        for end in (4, len(story())):
            sink = self.open(parts)
            sink.write(batch(story(), 0, end))
            sink.close()

        assert self.stored(parts) == self.expected(tmp_path)

    def test_journals_do_not_disturb_each_other(self, tmp_path: Path) -> None:
        """Positions are those of one journal."""
        sink = self.open(prepared(tmp_path))
        sink.write(batch(story()))
        first = self.stored(tmp_path)

        sink.write(batch(story(OTHER_RUN), journal="other"))

        assert self.stored(tmp_path) != first
        sink.close()

    def test_an_empty_batch_changes_nothing(self, tmp_path: Path) -> None:
        """A batch of which every event was refused is passed over."""
        sink = self.open(prepared(tmp_path))
        sink.write(batch(story()))
        before = self.stored(tmp_path)

        sink.write(Batch("journal", (), (), 10_000))

        assert self.stored(tmp_path) == before
        sink.close()

    def test_what_is_logged_arrives(self, tmp_path: Path) -> None:
        """A delivery carries the events of a process to the sink."""
        directory = prepared(tmp_path / "delivered")
        delivery = self.deliver(directory)

        log(delivery, story())

        assert delivery.flush(PATIENCE)
        delivery.close()
        assert self.stored(directory) == self.expected(tmp_path)

    def test_a_record_that_is_refused_holds_up_no_other(self, tmp_path: Path) -> None:
        """It goes to quarantine, if there is any that this sink refuses; the others arrive."""
        refused = self.refused()
        directory = prepared(tmp_path / "refusing")
        delivery = self.deliver(directory)
        events = story()

        log(delivery, (*events[:3], *([] if refused is None else [refused]), *events[3:]))

        assert delivery.flush(PATIENCE)
        assert [backlog.lost for backlog in delivery.close()] == [int(refused is not None)]
        assert self.stored(directory) == self.expected(tmp_path)

    def deliver(self, directory: Path) -> Delivery:
        """A delivery to the sink."""
        return Delivery(
            directory, [self.uri_in(directory)], open_sink=lambda _, where: self.open(where)
        )

    def expected(self, tmp_path: Path, events: tuple[Event, ...] | None = None) -> object:
        """What the sink holds after it was given all events of the story at once."""
        directory = prepared(tmp_path / "expected")
        sink = self.open(directory)
        sink.write(batch(story() if events is None else events))
        sink.close()
        return self.stored(directory)


def story(run_id: str = _RUN) -> tuple[Event, ...]:
    """A run from its beginning to its end, with a child and a file."""
    child = _CHILD if run_id == _RUN else run_id[::-1].replace("b", "d")
    time = iter(range(_START_NS, _START_NS + 20 * _SECOND, _SECOND))
    return (
        RunStarted(run_id, 0, next(time), "trial", "contract"),
        ParamsLogged(run_id, 1, next(time), {"rate": "0.1", "note": "a ü \n ''"}),
        MetricsLogged(run_id, 2, next(time), 0, {"loss": 0.5, "accuracy": 0.8}),
        RunStarted(child, 0, next(time), "candidate", "contract", run_id),
        MetricsLogged(child, 1, next(time), 7, {"loss": 1e-300}),
        RunEnded(child, 2, next(time), Status.FAILED),
        TagsSet(run_id, 3, next(time), {"team": "risk"}),
        DatasetUsed(run_id, 3, next(time), "rows", "train", "0" * 8, "code", "{}", "{}", "{}"),
        ArtifactStored(run_id, 4, next(time), "notes/first.txt", len(_NOTES)),
        MetricsLogged(run_id, 5, next(time), 1, {"loss": 0.25}),
        RunEnded(run_id, 6, next(time), Status.FINISHED),
    )


_NOTES = b"what was noted\n"


def prepared(directory: Path) -> Path:
    """An autolog directory with the files that the story's events tell of."""
    for run_id in (_RUN, OTHER_RUN):
        file = directory / "artifacts" / run_id / "notes" / "first.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_NOTES)
    return directory


def killed(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with the end that recovery writes for the runs that they leave open."""
    ended = {event.run_id for event in events if isinstance(event, RunEnded)}
    last = {event.run_id: event for event in events if event.run_id not in ended}
    latest = max(event.time_ns for event in events)
    return (
        *events,
        *(
            RunEnded(run_id, event.sequence + 1, latest, Status.KILLED)
            for run_id, event in last.items()
        ),
    )


def batch(
    events: tuple[Event, ...], first: int = 0, end: int | None = None, *, journal: str = "journal"
) -> Batch:
    """A batch of some of the events."""
    end = len(events) if end is None else end
    positions = tuple(100 * place for place in range(first, end))
    return Batch(journal, events[first:end], positions, 100 * end)


def log(delivery: Delivery, events: tuple[Event, ...]) -> None:
    """Hands events to a delivery."""
    for event in events:
        delivery.emit(event)
