from __future__ import annotations

import threading

import pytest

from autolog.codec import encode
from autolog.delivery.overflow import Overflow
from autolog.events import Dropped


@pytest.fixture
def overflow():
    def make(capacity=10_000):
        return Overflow("journal", threading.RLock(), capacity)

    return make


def test_what_is_added_is_read_in_order(overflow, metric, started):
    queue = overflow()
    events = [started(), metric(1), metric(2)]

    for event in events:
        queue.add(event)

    batch = queue.read(0, 10)
    assert (batch.journal, batch.events) == ("journal.memory", tuple(events))
    assert (batch.positions, batch.end) == ((0, 1, 2), 3)


def test_reading_goes_on_from_a_position(overflow, metric):
    queue = overflow()
    for number in range(5):
        queue.add(metric(number))

    assert queue.read(2, 2).events == (metric(2), metric(3))


def test_nothing_is_read_from_the_end(overflow, metric):
    queue = overflow()
    queue.add(metric(1))

    assert queue.read(1, 10) is None


def test_a_metric_that_finds_no_room_is_dropped_and_counted(overflow, metric):
    queue = overflow(capacity=len(encode(metric(0))) * 2)

    for number in range(5):
        queue.add(metric(number))

    *kept, dropped = queue.read(0, 10).events
    assert kept == [metric(0), metric(1)]
    assert isinstance(dropped, Dropped)
    assert (dropped.run_id, dropped.count, queue.lost) == (metric(0).run_id, 3, 3)


def test_metrics_make_room_for_the_end_of_a_run(overflow, metric, ended):
    queue = overflow(capacity=len(encode(metric(0))) * 3)
    for number in range(3):
        queue.add(metric(number))

    queue.add(ended())

    *kept, dropped = queue.read(0, 10).events
    assert kept == [metric(2), ended()]
    assert dropped.count == queue.lost == 2


def test_what_is_no_metric_is_dropped_only_when_there_is_no_metric_left(overflow, started):
    queue = overflow(capacity=len(encode(started())) * 2)

    for number in range(4):
        queue.add(started(f"{number:032}"))

    kept = [event for event in queue.read(0, 10).events if not isinstance(event, Dropped)]
    assert kept == [started(f"{number:032}") for number in range(2)]
    assert queue.lost == 2


def test_drops_are_counted_by_run(overflow, metric):
    queue = overflow(capacity=0)

    for run_id in ("a" * 32, "b" * 32, "a" * 32):
        queue.add(metric(1, run_id))

    counts = {event.run_id: event.count for event in queue.read(0, 10).events}
    assert counts == {"a" * 32: 2, "b" * 32: 1}


def test_what_every_sink_has_had_makes_room(overflow, metric):
    queue = overflow(capacity=len(encode(metric(0))) * 2)
    queue.add(metric(0))
    queue.add(metric(1))

    queue.release(2)
    queue.add(metric(2))

    assert queue.read(2, 10).events == (metric(2),)
    assert queue.lost == 0


def test_it_tells_how_many_events_wait(overflow, metric):
    queue = overflow()
    for number in range(5):
        queue.add(metric(number))

    assert (queue.waiting(0), queue.waiting(3)) == (5, 2)
