"""Which points of a line are kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st

from autolog.capture.plots.outline import TOLERANCE, outline


def distances(x, y, kept):
    """How far each point lies off the line through those that are kept."""
    points = np.column_stack([x, y])
    nearest = np.full(len(x), np.inf)
    for first, last in pairwise(kept):
        start, way = points[first], points[last] - points[first]
        length = way @ way
        share = ((points - start) @ way / length).clip(0, 1) if length else np.zeros(len(x))
        off = np.linalg.norm(points - start - share[:, None] * way, axis=1)
        nearest[first : last + 1] = np.minimum(nearest, off)[first : last + 1]
    return nearest


def test_a_straight_line_keeps_its_ends():
    x = np.linspace(0, 1, 1000)

    assert outline(x, x).tolist() == [0, 999]


def test_a_corner_is_kept():
    x = np.append(np.zeros(500), np.linspace(0, 1, 501))
    y = np.append(np.linspace(0, 1, 500), np.ones(501))

    kept = outline(x, y)

    assert x[kept] == pytest.approx([0, 0, 1], abs=TOLERANCE)
    assert y[kept] == pytest.approx([0, 1, 1], abs=TOLERANCE)


@pytest.mark.parametrize("count", [2, 3])
def test_few_points_are_enough(count):
    x = np.linspace(0, 1, count)

    kept = outline(x, x**2)

    assert kept.tolist() == list(range(count))


@given(st.integers(0, 2**32 - 1), st.integers(2, 4000))
def test_no_point_lies_visibly_off_the_outline_of_a_smooth_curve(seed, count):
    x = np.sort(np.random.default_rng(seed).random(count))
    y = np.sin(3 * x)

    kept = outline(x, y)

    assert distances(x, y, kept).max() < 2 * TOLERANCE


def test_the_largest_corners_of_a_jagged_line_are_kept():
    x = np.linspace(0, 1, 5000)
    y = np.random.default_rng(0).random(5000)
    y[2500] = 30

    kept = outline(x, y, most=50)

    assert len(kept) == 50
    assert 2500 in kept
