from __future__ import annotations

from hypothesis import given, strategies as st

from autolog.delivery.retry import Backoff


def test_the_longest_delay_doubles_up_to_a_minute():
    backoff = Backoff(fraction=lambda: 1.0)

    delays = [backoff.next_delay() for _ in range(9)]

    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_success_starts_anew():
    backoff = Backoff(fraction=lambda: 1.0)
    for _ in range(5):
        backoff.next_delay()

    backoff.reset()

    assert backoff.next_delay() == 1


def test_a_sink_that_asks_for_time_is_given_it():
    backoff = Backoff(fraction=lambda: 0.5)

    assert backoff.next_delay(retry_after=90.0) == 90.0


def test_a_sink_that_asks_for_less_waits_as_long_as_any():
    backoff = Backoff(fraction=lambda: 0.5)

    assert backoff.next_delay(retry_after=0.1) == 0.5


@given(st.integers(1, 2000))
def test_delays_are_spread_over_the_whole_range(failures):
    backoff = Backoff()

    delays = [backoff.next_delay() for _ in range(failures)]

    assert all(0 <= delay <= 60 for delay in delays)
