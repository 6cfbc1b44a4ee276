"""The weights of features as data for a plot."""

from __future__ import annotations

import numpy as np

from autolog.capture.plots.features import MOST_SHOWN, feature_plot


def test_the_largest_weight_comes_first_whatever_its_sign():
    (plot,) = feature_plot("coefficients", ["a", "b", "c"], np.array([[1.0, -3.0, 2.0]]), 3)

    assert plot.name == "coefficients"
    assert plot.data.features == ["b", "c", "a"]
    assert plot.data.weights == [-3.0, 2.0, 1.0]


def test_several_outputs_are_one_mean_without_signs():
    (plot,) = feature_plot("coefficients", ["a", "b"], np.array([[1.0, 0.0], [-3.0, 0.5]]), 2)

    assert plot.data.weights == [2.0, 0.25]
    assert plot.data.outputs == 2


def test_only_some_of_many_are_shown():
    names = [f"x{place}" for place in range(100)]

    (plot,) = feature_plot("coefficients", names, np.arange(100.0)[None, :], 1000)

    assert len(plot.data.features) == MOST_SHOWN
    assert plot.data.total == 1000
    assert len(plot.to_json()) < 20_000


def test_weights_that_are_not_finite_have_no_plot():
    assert feature_plot("coefficients", ["a"], np.array([[np.nan]]), 1) == []
