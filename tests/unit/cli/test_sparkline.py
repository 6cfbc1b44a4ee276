"""Histories as one line."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given, strategies as st

from autolog.cli.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([7], "▁"),
        ([7, 7], "▁▁"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([1, nan, 8], "▁·█"),
        ([nan, inf], "··"),
        ([-1e308, 1e308], "▁█"),
        ([5e-324, 0], "▁▁"),
    ],
)
def test_a_history_goes_from_its_lowest_to_its_highest_value(values, expected):
    assert sparkline(values) == expected


def test_a_long_history_is_drawn_by_the_means_of_its_stretches():
    assert sparkline([0, 2, 4, 6, 8, 8], width=3) == "▁▅█"


def test_what_is_not_finite_is_left_out_of_a_stretch():
    assert sparkline([0, nan, 4, inf, 8, 8], width=3) == "▁▅█"


@given(st.lists(st.floats()), st.integers(1, 50))
def test_any_history_is_drawn_in_the_given_width(values, width):
    assert len(sparkline(values, width)) == min(len(values), width)
