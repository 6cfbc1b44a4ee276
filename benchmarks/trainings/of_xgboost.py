"""A training with XGBoost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xgboost
from sklearn.datasets import make_classification
from xgboost.callback import TrainingCallback

from benchmarks.trainings import Training
from benchmarks.trainings.by_hand import by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 500
_ROWS = 12_000


def boosting() -> Training:
    """Two metrics of two data sets in each round."""
    inputs, targets = make_classification(_ROWS, 20, n_informative=8, random_state=0)
    half = _ROWS // 2

    def train(*callbacks: TrainingCallback) -> Any:
        learnt = xgboost.DMatrix(inputs[:half], targets[:half])
        held_out = xgboost.DMatrix(inputs[half:], targets[half:])
        return xgboost.train(
            {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "max_depth": 4},
            learnt,
            ROUNDS,
            evals=[(learnt, "train"), (held_out, "test")],
            verbose_eval=False,
            callbacks=list(callbacks) or None,
        )

    def train_and_write() -> Any:
        with by_hand() as write:
            return train(_Writing(write))

    return Training(train, written=train_and_write)


class _Writing(TrainingCallback):
    def __init__(self, write: Callable[[Mapping[str, float], int], None]) -> None:
        super().__init__()
        self._write = write

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self._write(
            {
                f"{data_set}-{metric}": values[-1]
                for data_set, metrics in evals_log.items()
                for metric, values in metrics.items()
            },
            epoch,
        )
        return False
