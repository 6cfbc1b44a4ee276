"""The plot of cross-validated scores."""

from __future__ import annotations

import numpy as np
import pytest

from autolog.capture.plots.plot import MOST_POINTS
from autolog.capture.plots.scores import score_plots

FOLDS = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 1.0]])


def curve_over(values, train=FOLDS, test=FOLDS):
    (plot,) = score_plots("curve", "depth", values, train=train, test=test)
    return plot.data


def test_a_curve_has_the_mean_and_deviation_of_each_value():
    curve = curve_over([1, 2, 4])

    assert (curve.over, curve.points, curve.labels) == ("depth", [1.0, 2.0, 4.0], [])
    assert (curve.train, curve.train_deviation) == ([0.5, 0.5, 1.0], [0.5, 0.0, 0.0])


@pytest.mark.parametrize("values", [["a", "b", "c"], [None, 1, 2], [(1,), (1, 2), (3,)]])
def test_values_that_are_no_numbers_are_named(values):
    curve = curve_over(values)

    assert curve.points == [0.0, 1.0, 2.0]
    assert curve.labels == [str(value) for value in values]


def test_values_without_finite_scores_are_left_out():
    test = FOLDS.copy()
    test[1, 0] = np.nan

    assert curve_over([1, 2, 4], test=test).points == [1.0, 4.0]


def test_a_curve_without_any_finite_score_is_no_plot():
    assert score_plots("curve", "depth", [1], train=FOLDS[:1], test=np.full((1, 2), np.nan)) == []


def test_a_long_curve_is_thinned_out():
    many = np.zeros((1000, 2))

    assert len(curve_over(range(1000), many, many).points) == MOST_POINTS
