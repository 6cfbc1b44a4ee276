"""Events that a sink in another process is given as the journal has them."""

from __future__ import annotations

import pytest

from autolog.delivery.consumer import WORTH_GOING_ON
from autolog.delivery.segment import MUCH
from autolog.errors import RecordRejected
from autolog.records import frame
from autolog.sinks.base import OutOfProcessSink, UndecodedBatch


@pytest.fixture
def undecoding_sink(told_sink):
    class UndecodingSink(told_sink, OutOfProcessSink):
        """Takes what it is given, and decodes it, as a process of its own does."""

        takes_undecoded = 50

        def __init__(self, *errors):
            super().__init__(*errors)
            self.given = []
            self.ahead = []

        def write(self, batch):
            self.given.append(batch)
            self.ahead.append([self.following(place) is not None for place in (1, 2)])
            super().write(batch.decoded() if isinstance(batch, UndecodedBatch) else batch)

    return UndecodingSink


@pytest.fixture
def begun(deliver, undecoding_sink, metric, monkeypatch):
    """A delivery that has opened its sink, and rests from then on."""
    from autolog.delivery import background

    monkeypatch.setattr(background, "_RESTS", (3600.0,))
    sink = undecoding_sink()
    delivery = deliver(a=sink)
    delivery.emit(metric(0))
    delivery.flush()
    return delivery, sink


def emit(delivery, events):
    for event in events:
        delivery.emit(event)


def test_they_arrive_in_their_order_so_many_at_once(begun, metric):
    delivery, sink = begun
    events = [metric(number) for number in range(1, 121)]
    emit(delivery, events)

    assert delivery.flush(timeout=30)

    assert [batch.count for batch in sink.given[1:]] == [50, 50, 20]
    assert all(isinstance(batch, UndecodedBatch) for batch in sink.given[1:])
    assert sink.events[1:] == events


def test_a_sink_that_wants_none_is_given_none(deliver, undecoding_sink, metric):
    sink = undecoding_sink()
    sink.takes_undecoded = 0
    delivery = deliver(a=sink)

    for number in range(3):
        delivery.emit(metric(number))
        delivery.flush()

    assert not any(isinstance(batch, UndecodedBatch) for batch in sink.given)


def test_one_that_cannot_be_decoded_goes_to_quarantine_and_the_others_to_the_sink(
    begun, metric, directory
):
    delivery, sink = begun
    delivery._consumers[0]._consumer.feed.undecoded = WORTH_GOING_ON  # so that some are read ahead
    events = [metric(number) for number in range(1, 3 * WORTH_GOING_ON)]
    emit(delivery, events[:60])
    with delivery._writer._lock:
        delivery._writer.journal.append(metric(0), frame(b"\x92\x63\x01"))
    emit(delivery, events[60:])

    assert delivery.flush(timeout=30)

    assert sink.events[1:] == events
    (backlog,) = delivery.status()
    assert (backlog.waiting, backlog.lost) == (0, 1)
    (quarantine,) = directory.glob("quarantine/*.jsonl")
    assert quarantine.read_text().count("\n") == 1


def test_one_that_is_refused_is_left_out(begun, metric, directory):
    delivery, sink = begun
    events = [metric(number) for number in range(1, 61)]
    sink.errors = [RecordRejected(events[7], "never")]
    emit(delivery, events)

    assert delivery.flush(timeout=30)

    assert sink.events[1:] == events[:7] + events[8:]
    assert len(list(directory.glob("quarantine/*.jsonl"))) == 1


def test_while_nobody_waits_only_what_follows_much_is_read_ahead(begun, metric):
    delivery, sink = begun
    consumer = delivery._consumers[0]._consumer
    delivery._writer.journal.much = lambda: None  # its thread goes on resting
    consumer.feed.undecoded = WORTH_GOING_ON

    emit(delivery, [metric(1)] * (WORTH_GOING_ON + 10))
    consumer.step()
    assert sink.ahead[-1] == [False, False]

    emit(delivery, [metric(1)] * 3 * WORTH_GOING_ON + [metric(1, size=MUCH)])
    consumer.step()
    assert sink.ahead[-1] == [True, True]


def test_while_somebody_waits_all_is_read_ahead_that_is_there(begun, metric):
    delivery, sink = begun
    delivery._consumers[0]._consumer.feed.undecoded = WORTH_GOING_ON

    emit(delivery, [metric(1)] * (WORTH_GOING_ON + 10))
    delivery.flush(timeout=30)

    assert sink.ahead[1:] == [[True, False], [False, False]]
