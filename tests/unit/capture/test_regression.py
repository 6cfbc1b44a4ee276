"""Metrics of regressors, held against scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn import metrics

from autolog.capture.regression import regression_metrics


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(2, 40),
    outputs=st.integers(0, 3),
    weighted=st.booleans(),
    digits=st.integers(0, 8),
)
def test_they_are_scikit_learns(seed, count, outputs, weighted, digits):
    rng = np.random.default_rng(seed)
    shape = (count, outputs) if outputs else (count,)
    # Few digits make equal values, and so constant targets and exact hits.
    y_true = rng.random(shape).round(digits)
    y_pred = np.where(rng.random(shape) < 0.3, y_true, rng.random(shape).round(digits))
    weight = rng.random(count) if weighted else None

    found = regression_metrics(y_true, y_pred, weight)

    squared = metrics.mean_squared_error(y_true, y_pred, sample_weight=weight)
    assert found == {
        "mean_squared_error": pytest.approx(squared, abs=1e-12),
        "mean_absolute_error": pytest.approx(
            metrics.mean_absolute_error(y_true, y_pred, sample_weight=weight), abs=1e-12
        ),
        "r2_score": pytest.approx(
            metrics.r2_score(y_true, y_pred, sample_weight=weight), rel=1e-12, abs=1e-12
        ),
        "root_mean_squared_error": pytest.approx(np.sqrt(squared), abs=1e-12),
    }


def test_a_single_sample_has_no_explained_variance():
    assert math.isnan(regression_metrics([1.0], [2.0])["r2_score"])


def test_a_column_and_a_row_of_predictions_are_the_same():
    assert regression_metrics([1.0, 2.0], np.array([[1.0], [3.0]]))["mean_squared_error"] == 0.5


@pytest.mark.parametrize(
    "predicted", [[[1.0, 2.0], [3.0, 4.0]], [1.0], ["low", "high"], [[1.0], [2.0, 3.0]]]
)
def test_what_is_no_number_for_each_target_has_no_metrics(predicted):
    assert regression_metrics([1.0, 2.0], predicted) == {}
