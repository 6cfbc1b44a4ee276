"""The next batch, which a sink in another process is told of while it writes one."""

from __future__ import annotations

import pytest

from autolog.delivery.consumer import WORTH_GOING_ON
from autolog.delivery.reader import MAX_EVENTS
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.base import OutOfProcessSink


@pytest.fixture
def sink_elsewhere(told_sink):
    class SinkElsewhere(told_sink, OutOfProcessSink):
        """Asks what follows each batch, whether it takes that one or not."""

        def __init__(self, *errors, always=None):
            super().__init__(*errors, always=always)
            self.told_ahead = []

        def write(self, batch):
            self.told_ahead.append(self.following(1))
            super().write(batch)

    return SinkElsewhere


def emit_many(delivery, metric, count):
    """Gives a journal events before anything of it is delivered."""
    events = [metric(number) for number in range(count)]
    for event in events:
        delivery.emit(event)
    return events


@pytest.fixture
def waiting(monkeypatch):
    """Consumers that deliver nothing until somebody waits for it."""
    from autolog.delivery import background

    monkeypatch.setattr(background, "_RESTS", (3600.0,))


def test_a_sink_elsewhere_is_told_the_next_batch_while_it_writes_one(
    deliver, sink_elsewhere, metric, waiting
):
    sink = sink_elsewhere()
    delivery = deliver(a=sink)
    events = emit_many(delivery, metric, 2 * MAX_EVENTS + 1)

    assert delivery.flush(timeout=60)

    assert sink.events == events
    assert sink.told_ahead[:-1] == sink.batches[1:]
    assert sink.told_ahead[-1] is None


def test_nothing_is_read_ahead_of_a_small_batch(deliver, sink_elsewhere, metric, waiting):
    asked = []

    class Emitting(sink_elsewhere):
        def write(self, batch):
            if not self.batches:
                delivery.emit(metric(WORTH_GOING_ON))
            super().write(batch)
            asked.append(self.told_ahead[-1])

    delivery = deliver(a=Emitting())
    emit_many(delivery, metric, WORTH_GOING_ON - 1)

    assert delivery.flush(timeout=60)
    assert asked[0] is None


def test_after_a_failure_the_same_batch_comes_again_before_the_one_read_ahead(
    deliver, sink_elsewhere, metric, waiting
):
    sink = sink_elsewhere(SinkUnavailable("down"), SinkUnavailable("still down"))
    delivery = deliver(a=sink)
    events = emit_many(delivery, metric, MAX_EVENTS + 2)

    assert not delivery.flush()
    assert not delivery.flush()
    assert delivery.flush(timeout=60)

    assert sink.events == events
    assert [len(batch.events) for batch in sink.batches] == [MAX_EVENTS, 2]


def test_what_is_read_ahead_still_counts_as_waiting(deliver, sink_elsewhere, metric, waiting):
    delivery = deliver(a=sink_elsewhere(always=SinkUnavailable("down")))
    emit_many(delivery, metric, 2 * MAX_EVENTS)

    delivery.flush()

    (backlog,) = delivery.status()
    assert backlog.waiting == pytest.approx(2 * MAX_EVENTS, rel=0.1)


def test_without_an_event_that_is_refused_the_batch_goes_before_the_one_read_ahead(
    deliver, sink_elsewhere, metric, waiting
):
    sink = sink_elsewhere(RecordRejected(metric(7), "never"))
    delivery = deliver(a=sink)
    events = emit_many(delivery, metric, MAX_EVENTS + 2)

    assert delivery.flush(timeout=60)

    assert sink.events == events[:7] + events[8:]


def test_what_cannot_be_read_ahead_is_read_when_it_is_its_turn(
    deliver, sink_elsewhere, metric, waiting, monkeypatch
):
    from autolog.delivery.feed import Feed

    def refuse(self, place):
        raise OSError(5, "the disk refuses")

    class Refused(sink_elsewhere):
        def write(self, batch):
            with monkeypatch.context() as patch:
                patch.setattr(Feed, "read_ahead", refuse)
                super().write(batch)

    sink = Refused()
    delivery = deliver(a=sink)
    events = emit_many(delivery, metric, MAX_EVENTS + 2)

    assert delivery.flush(timeout=60)

    assert sink.told_ahead == [None, None]
    assert sink.events == events
