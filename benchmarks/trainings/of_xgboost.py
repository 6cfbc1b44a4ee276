"""A training with XGBoost."""

from __future__ import annotations

from typing import Any

import xgboost
from sklearn.datasets import make_classification

from benchmarks.trainings import Training

ROUNDS = 500
_ROWS = 12_000


def boosting() -> Training:
    """Two metrics of two data sets in each round."""
    inputs, targets = make_classification(_ROWS, 20, n_informative=8, random_state=0)
    half = _ROWS // 2

    def train() -> Any:
        learnt = xgboost.DMatrix(inputs[:half], targets[:half])
        held_out = xgboost.DMatrix(inputs[half:], targets[half:])
        return xgboost.train(
            {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "max_depth": 4},
            learnt,
            ROUNDS,
            evals=[(learnt, "train"), (held_out, "test")],
            verbose_eval=False,
        )

    return Training(train)
