"""A training with LightGBM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lightgbm
from sklearn.datasets import make_classification

from benchmarks.trainings import Training
from benchmarks.trainings.by_hand import by_hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightgbm.callback import CallbackEnv

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

    def train(*callbacks: Callable[[CallbackEnv], None]) -> Any:
        learnt = lightgbm.Dataset(inputs[:half], targets[:half])
        held_out = lightgbm.Dataset(inputs[half:], targets[half:], reference=learnt)
        return lightgbm.train(
            options,
            learnt,
            ROUNDS,
            valid_sets=[learnt, held_out],
            valid_names=["train", "test"],
            callbacks=list(callbacks) or None,
        )

    def train_and_write() -> Any:
        with by_hand() as write:
            return train(lambda env: write(_metrics(env), env.iteration))

    return Training(train, written=train_and_write)


def _metrics(env: CallbackEnv) -> dict[str, float]:
    return {f"{row[0]}-{row[1]}": row[2] for row in env.evaluation_result_list or ()}
