"""What recording adds to a training of 500 rounds that is evaluated in each, beside MLflow's.

    python -m benchmarks.boosting LIBRARY

prints the seconds that such a training takes under MLflow's autologging.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import lightgbm
import xgboost
from sklearn.datasets import make_classification

import autolog
from benchmarks.beside_mlflow import mlflow_milliseconds
from benchmarks.figure import Figure, Goal
from benchmarks.recording import EVERYTHING, fresh_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BOOSTED = 500
_ROWS = 12_000
_QUICK_ROWS = 2_000
_ROUNDS = 9
_QUICK_ROUNDS = 3
_ADDED_MS = 20.0
_SHARE_OF_BARE = 0.02


def measure(*, quick: bool) -> Iterator[Figure]:
    """Trainings with and without autolog in turn, and some with MLflow's autologging."""
    inputs, targets = make_classification(
        _QUICK_ROWS if quick else _ROWS, 20, n_informative=8, random_state=0
    )
    for library, train in _TRAININGS.items():
        bare, full = _milliseconds(partial(train, inputs, targets), quick=quick)
        training = f"{_BOOSTED} rounds of {library}, 2 data sets, 2 metrics"
        yield Figure(
            f"{training}, with model, signature, example, data sets and plots",
            "ms",
            full,
            bare,
            "the training alone",
            Goal(max(_ADDED_MS, _SHARE_OF_BARE * bare), "added"),
            2.0,
        )
        if not quick:
            theirs = mlflow_milliseconds(__name__, library)
            beside = f"mlflow.{library}.autolog()"
            yield Figure("the same, beside MLflow's autologging", "ms", full, theirs, beside)


def _milliseconds(train: Callable[[], object], *, quick: bool) -> tuple[float, float]:
    """What a training takes alone, and with everything recorded."""
    train()
    pairs = []
    with fresh_directory():
        for number in range(1 + (_QUICK_ROUNDS if quick else _ROUNDS)):
            autolog.disable()
            bare = _seconds(train)
            autolog.autolog(**EVERYTHING)
            full = _seconds(train)
            autolog.flush()  # what the training has left to do
            if number:  # the first sets up what a process needs once
                pairs.append((bare, full))
    alone = median(bare for bare, _ in pairs)
    # within a round, because the load of a machine comes and goes
    added = median(full - bare for bare, full in pairs)
    return alone * 1e3, (alone + added) * 1e3


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def _xgboost(inputs: Any, targets: Any) -> None:
    half = len(inputs) // 2
    train = xgboost.DMatrix(inputs[:half], targets[:half])
    test = xgboost.DMatrix(inputs[half:], targets[half:])
    xgboost.train(
        {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "max_depth": 4},
        train,
        _BOOSTED,
        evals=[(train, "train"), (test, "test")],
        verbose_eval=False,
    )


def _lightgbm(inputs: Any, targets: Any) -> None:
    half = len(inputs) // 2
    train = lightgbm.Dataset(inputs[:half], targets[:half])
    test = lightgbm.Dataset(inputs[half:], targets[half:], reference=train)
    lightgbm.train(
        {
            "objective": "binary",
            "metric": ["binary_logloss", "binary_error"],
            "num_leaves": 16,
            "verbosity": -1,
        },
        train,
        _BOOSTED,
        valid_sets=[train, test],
        valid_names=["train", "test"],
    )


_TRAININGS: dict[str, Callable[[Any, Any], None]] = {"xgboost": _xgboost, "lightgbm": _lightgbm}


def _print_mlflow_seconds(library: str) -> None:
    warnings.simplefilter("ignore")
    importlib.import_module(f"mlflow.{library}").autolog(silent=True, log_input_examples=True)
    inputs, targets = make_classification(_ROWS, 20, n_informative=8, random_state=0)
    train = _TRAININGS[library]
    train(inputs, targets)
    print(median(_seconds(partial(train, inputs, targets)) for _ in range(3)))


if __name__ == "__main__":
    _print_mlflow_seconds(sys.argv[1])
