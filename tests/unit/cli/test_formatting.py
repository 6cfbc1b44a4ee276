"""Numbers, times and sizes for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autolog.cli import formatting

NOW = datetime(2024, 5, 17, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=119), "1 h ago"),
        (timedelta(days=2, hours=5), "2 d ago"),
        (timedelta(days=30), "30 d ago"),
        (timedelta(days=31), "2024-04-16"),
    ],
)
def test_a_distance_in_time_is_told_in_its_largest_unit(passed, expected):
    assert formatting.distance(NOW - passed, NOW) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0004, "0 ms"),
        (0.25, "250 ms"),
        (1, "1.0 s"),
        (59.94, "59.9 s"),
        (60, "0:01:00"),
        (3723.4, "1:02:03"),
    ],
)
def test_a_duration_is_told_as_precisely_as_it_matters(seconds, expected):
    assert formatting.duration(timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (3 * 2**20, "3.0 MiB"),
        (2**30, "1.0 GiB"),
        (5 * 2**40, "5.0 TiB"),
    ],
)
def test_a_size_is_told_in_binary_units(count, expected):
    assert formatting.size(count) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1234567, "0.123457"), (3.0, "3"), (1e-9, "1e-09"), (float("nan"), "nan")],
)
def test_a_number_has_six_significant_digits(value, expected):
    assert formatting.number(value) == expected


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [(0, "run", "0 runs"), (1, "run", "1 run"), (2, "process", "2 processes")],
)
def test_things_are_counted_in_words(count, noun, expected):
    assert formatting.counted(count, noun) == expected


def test_a_moment_is_told_on_the_readers_clock():
    assert formatting.moment(NOW) == NOW.astimezone().strftime("%Y-%m-%d %H:%M:%S")
