from __future__ import annotations

import pytest

from autolog.delivery import pace as pace_module
from autolog.delivery.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that only a rest, or the test, moves on."""

    class Clock:
        now = 0.0
        rests = 0

        def perf_counter(self):
            return self.now

        def sleep(self, seconds):
            self.rests += 1
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(pace_module, "time", clock)
    return clock


def test_a_slice_of_work_is_followed_by_a_rest(clock):
    pace = Pace(lambda: False)

    clock.now += 0.0006
    pace()

    assert clock.rests == 1


def test_within_a_slice_there_is_no_rest(clock):
    pace = Pace(lambda: False)

    for _ in range(4):
        clock.now += 0.0001
        pace()

    assert clock.rests == 0


def test_a_rest_begins_a_new_slice(clock):
    pace = Pace(lambda: False)
    clock.now += 0.0006
    pace()

    clock.now += 0.0001
    pace()

    assert clock.rests == 1


def test_there_is_no_rest_while_somebody_waits(clock):
    pace = Pace(lambda: True)

    clock.now += 1.0
    pace()

    assert clock.rests == 0
