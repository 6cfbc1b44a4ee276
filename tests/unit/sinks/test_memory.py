from __future__ import annotations

from pathlib import Path

import pytest

from autolog.events import MetricsLogged
from autolog.sinks.base import Batch
from autolog.sinks.memory import MemorySink, open_sink


@pytest.fixture(autouse=True)
def no_sinks():
    MemorySink.forget()
    yield
    MemorySink.forget()


def batch(*numbers, journal="journal"):
    events = tuple(MetricsLogged("0" * 32, number, number, number, {}) for number in numbers)
    return Batch(journal, events, numbers, numbers[-1] + 1)


def steps(uri):
    return [event.step for event in MemorySink.named(uri).events]


def test_it_keeps_what_it_is_given():
    open_sink("memory:test", Path()).write(batch(1, 2))

    assert steps("memory:test") == [1, 2]


def test_a_batch_that_comes_again_changes_nothing():
    sink = open_sink("memory:test", Path())

    sink.write(batch(1, 2))
    sink.write(batch(1, 2, 3))

    assert steps("memory:test") == [1, 2, 3]


def test_the_same_positions_of_another_journal_are_other_events():
    sink = open_sink("memory:test", Path())

    sink.write(batch(1, 2))
    sink.write(batch(1, journal="other"))

    assert steps("memory:test") == [1, 2, 1]


def test_a_uri_always_means_the_same_events():
    first, second = open_sink("memory:test", Path()), open_sink("memory:test", Path())

    first.write(batch(1))
    first.close()
    second.write(batch(2))

    assert steps("memory:test") == [1, 2]


def test_another_uri_means_other_events():
    open_sink("memory:one", Path()).write(batch(1))

    assert steps("memory:other") == []
