"""Intervals: what makes a consumer wait, and what does not."""

from __future__ import annotations

import threading
import time

import pytest

from autolog.delivery import background as background_module
from autolog.delivery.delivery import Delivery
from autolog.delivery.segment import MUCH
from autolog.errors import SinkUnavailable
from autolog.sinks.base import OutOfProcessSink


@pytest.fixture
def hour_long_intervals(monkeypatch):
    """A consumer that is not told anything does nothing for an hour."""
    monkeypatch.setattr(background_module, "_RESTS", (3600.0,))
    monkeypatch.setattr(background_module, "_UPKEEP_SECONDS", 3600.0)


def test_a_flush_wakes_the_consumer(deliver, told_sink, metric, hour_long_intervals):
    sink = told_sink()
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(1)]


def test_a_flush_returns_when_the_disk_is_done_with_an_ended_run(
    deliver, told_sink, started, ended, hour_long_intervals, monkeypatch
):
    synced = []

    def sync_slowly(path):
        time.sleep(0.2)
        synced.append(path)

    monkeypatch.setattr("autolog.delivery.journal._sync_file", sync_slowly)
    delivery = deliver(a=told_sink())
    delivery.emit(started())
    delivery.emit(ended())

    delivery.flush()

    assert synced


def test_closing_wakes_the_consumer(deliver, told_sink, metric, hour_long_intervals):
    sink = told_sink()
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    delivery.close(timeout=30)

    assert sink.events == [metric(1)]
    assert sink.closed


def test_nothing_is_delivered_before_the_interval_is_over(
    deliver, told_sink, metric, hour_long_intervals
):
    sink = told_sink()

    deliver(a=sink).emit(metric(1))

    assert sink.calls == 0


def test_a_flush_tries_a_sink_at_once_that_is_being_left_alone(
    deliver, told_sink, metric, hour_long_intervals
):
    sink = told_sink(SinkUnavailable("busy", retry_after=3600))
    delivery = deliver(a=sink)
    delivery.emit(metric(1))
    delivery.flush()

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(1)]


def test_what_a_sink_left_behind_follows_without_waiting(
    directory, told_sink, metric, hour_long_intervals
):
    all_there = threading.Event()

    class Counting(told_sink):
        def write(self, batch):
            super().write(batch)
            if len(self.events) == 25_000:
                all_there.set()

    sink = Counting()
    delivery = Delivery(directory, ["a:"], open_sink=lambda *_: sink)
    for number in range(25_000):
        delivery.emit(metric(number))

    delivery._consumers[0]._wake.set()  # as when the interval is over

    assert all_there.wait(30)
    delivery.close()


@pytest.fixture
def heard_sink(told_sink):
    """A sink that tells when it is given anything."""

    class HeardSink(told_sink):
        def __init__(self, *errors):
            super().__init__(*errors)
            self.called = threading.Event()

        def write(self, batch):
            self.called.set()
            super().write(batch)

    return HeardSink


@pytest.fixture
def heard_elsewhere(heard_sink):
    class HeardElsewhere(heard_sink, OutOfProcessSink):
        """The same, as if in another process."""

    return HeardElsewhere


def begin(delivery, sink, event):
    """Has a delivery open its sink, which then hears of nothing for an hour."""
    delivery.emit(event)
    delivery.flush()
    sink.called.clear()


def emit_much(delivery, metric):
    for number in range(2, 4 + MUCH // 1000):
        delivery.emit(metric(number, size=1000))


def test_where_much_has_come_a_sink_elsewhere_is_given_it_at_once(
    deliver, heard_elsewhere, metric, hour_long_intervals
):
    sink = heard_elsewhere()
    delivery = deliver(a=sink)
    begin(delivery, sink, metric(1))

    emit_much(delivery, metric)

    assert sink.called.wait(30)


@pytest.mark.parametrize(
    ("kind", "failures"),
    [
        pytest.param("heard_sink", [], id="it works in this process"),
        pytest.param(
            "heard_elsewhere",
            [SinkUnavailable("busy", retry_after=3600)],
            id="it has asked to be left alone",
        ),
    ],
)
def test_where_much_has_come_a_sink_is_left_to_its_rest_if(
    deliver, request, kind, failures, metric, hour_long_intervals
):
    sink = request.getfixturevalue(kind)(*failures)
    delivery = deliver(a=sink)
    begin(delivery, sink, metric(1))

    emit_much(delivery, metric)

    assert not sink.called.wait(0.2)


def test_the_thread_ends_with_the_delivery(deliver, told_sink, metric):
    before = set(threading.enumerate())
    delivery = deliver(a=told_sink())
    delivery.emit(metric(1))

    delivery.close()

    assert set(threading.enumerate()) <= before
