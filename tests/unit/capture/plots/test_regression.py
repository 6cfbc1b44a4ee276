"""The plots of regressors."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from autolog.capture.plots.plot import MOST_POINTS, AnyPlotData
from autolog.capture.plots.regression import regression_plots

MOST_BYTES = 20_000


def test_the_points_are_the_predictions_and_the_truth():
    predicted_actual, residuals = regression_plots([1.0, 2.0, 4.0], np.array([1.5, 2.0, 3.0]))

    assert predicted_actual.name == "training_predicted_actual"
    assert predicted_actual.data.predicted == residuals.data.predicted == [1.5, 2.0, 3.0]
    assert predicted_actual.data.actual == [1.0, 2.0, 4.0]
    assert residuals.name == "training_residuals"
    assert residuals.data.residuals == [-0.5, 0.0, 1.0]


def test_all_residuals_are_counted_as_numpy_counts_them():
    rng = np.random.default_rng(0)
    truth, predicted, weight = rng.normal(size=(3, 5000))

    _, plot = regression_plots(truth, predicted, weight**2)

    counts, edges = np.histogram(truth - predicted, bins=30, weights=weight**2)
    assert plot.data.edges == pytest.approx(edges)
    assert plot.data.counts == pytest.approx(counts)


def test_many_rows_are_shown_by_some_of_them():
    truth = np.arange(10_000.0)

    predicted_actual, residuals = regression_plots(truth, truth)

    assert len(predicted_actual.data.actual) == MOST_POINTS
    assert predicted_actual.data.rows == residuals.data.rows == 10_000
    assert sum(residuals.data.counts) == 10_000


@pytest.mark.parametrize("wrap", [list, pd.Series, lambda values: values.reshape(-1, 1)])
def test_any_kind_of_targets_will_do(wrap):
    values = np.array([1.0, 2.0, 3.0])

    assert regression_plots(wrap(values), values) == regression_plots(values, values)


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [
        ([], []),
        ([[1.0, 2.0]], [[1.0, 2.0]]),
        ([1.0, np.nan], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, np.inf]),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        ([1e308, -1e308], [-1e308, 1e308]),
    ],
)
def test_what_cannot_be_shown_has_no_plots(truth, predicted):
    with np.errstate(all="ignore"):
        assert regression_plots(truth, predicted) == []


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4),
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4),
)
def test_the_data_are_small_and_can_be_read_back_whatever_the_values(truth, predicted):
    rows = 1000
    plots = regression_plots(np.resize(truth, rows), np.resize(predicted, rows))

    for plot in plots:
        payload = plot.to_json()
        assert len(payload) < MOST_BYTES
        assert msgspec.json.decode(payload, type=AnyPlotData) == plot.data


def test_no_more_digits_are_kept_than_can_be_seen():
    values = np.array([1000.123456, 1001.123456])

    plot, _ = regression_plots(values, values)

    assert plot.data.actual == [1000.123, 1001.123]
