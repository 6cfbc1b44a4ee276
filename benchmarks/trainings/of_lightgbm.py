"""A training with LightGBM."""

from __future__ import annotations

from typing import Any

import lightgbm
from sklearn.datasets import make_classification

from benchmarks.trainings import Training

ROUNDS = 500
_ROWS = 12_000


def boosting() -> Training:
    """Two metrics of two data sets in each round."""
    inputs, targets = make_classification(_ROWS, 20, n_informative=8, random_state=0)
    half = _ROWS // 2
    options: dict[str, Any] = {
        "objective": "binary",
        "metric": ["binary_logloss", "binary_error"],
        "num_leaves": 16,
        "verbosity": -1,
    }

    def train() -> Any:
        learnt = lightgbm.Dataset(inputs[:half], targets[:half])
        held_out = lightgbm.Dataset(inputs[half:], targets[half:], reference=learnt)
        return lightgbm.train(
            options,
            learnt,
            ROUNDS,
            valid_sets=[learnt, held_out],
            valid_names=["train", "test"],
        )

    return Training(train)
