"""Tiny data, and trainings of a millisecond."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

# without a layout of its own, LightGBM times two of them and prints which was faster
PARAMS = {"num_leaves": 4, "num_threads": 1, "seed": 1, "verbose": -1, "force_col_wise": True}


@pytest.fixture(scope="session")
def table():
    """Two classes that a feature tells apart, more or less: 200 rows of five features."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=(200, 5))
    return inputs, (inputs[:, 0] + random.normal(size=200) > 0).astype(int)


@pytest.fixture
def binary():
    """Params of a classification."""
    return {**PARAMS, "objective": "binary"}


@pytest.fixture
def sets(table):
    """A training set and an evaluation set."""
    inputs, targets = table
    train_set = lightgbm.Dataset(inputs[:150], targets[:150])
    return train_set, lightgbm.Dataset(inputs[150:], targets[150:], reference=train_set)


@pytest.fixture
def classifier():
    """A classifier of three rounds."""
    return lightgbm.LGBMClassifier(n_estimators=3, num_leaves=4, n_jobs=1, verbose=-1)
