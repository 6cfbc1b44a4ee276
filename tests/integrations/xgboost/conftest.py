"""A small task, with which XGBoost is done in milliseconds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import xgboost


class Task(NamedTuple):
    """Two classes, told by two of four features."""

    X: np.ndarray
    y: np.ndarray
    train: xgboost.DMatrix
    valid: xgboost.DMatrix
    params: dict


@pytest.fixture
def task():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 4))
    y = (X[:, 0] + X[:, 1] > rng.normal(size=120)).astype(int)
    params = {"max_depth": 2, "objective": "binary:logistic", "nthread": 1}
    train, valid = xgboost.DMatrix(X[:80], y[:80]), xgboost.DMatrix(X[80:], y[80:])
    return Task(X, y, train, valid, params)
