"""What keeping models, signatures and data sets adds to a fit, beside pickle and MLflow.

    python -m benchmarks.models

prints the seconds that a fit takes under MLflow's autologging.
"""

from __future__ import annotations

import pickle
import warnings
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar

from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

import autolog
from benchmarks.beside_mlflow import mlflow_milliseconds
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 30
_QUICK_ROUNDS = 5
_FIRST = 2
_ADDED_MS = 15.0
_SHARE_OF_PICKLE = 1.3

_METRICS_ONLY: dict[str, Any] = {
    "log_models": False,
    "log_datasets": False,
    "log_plots": False,
    "silent": True,
}
_EVERYTHING: dict[str, Any] = {
    "log_models": True,
    "log_datasets": True,
    "log_plots": True,
    "silent": True,
}


class _Fitted(RandomForestClassifier):  # type: ignore[misc]
    """A forest that was fitted before, so that only what recording adds takes time."""

    known: ClassVar[dict[str, Any]] = {}

    def fit(self, X: Any, y: Any) -> _Fitted:
        self.__dict__.update(self.known)
        return self


def measure(*, quick: bool) -> Iterator[Figure]:
    """A small model and a large one, with training metrics alone and with everything."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    inputs, targets = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500)
    plain, full, bare = _times(model, inputs, targets, rounds)
    yield Figure(
        "fit on iris, with model, signature, data set and plots",
        "ms",
        full,
        plain,
        "the fit with training metrics alone",
        Goal(_ADDED_MS, "added"),
        6.0,
    )
    yield Figure("the same, beside pickle.dump of the model", "ms", full - plain, bare, "pickle")
    if not quick:
        yield Figure(
            "the same, beside MLflow's autologging",
            "ms",
            full,
            mlflow_milliseconds(__name__),
            "mlflow.sklearn.autolog()",
        )
    yield _forest(rounds)


def _forest(rounds: int) -> Figure:
    inputs, targets = make_classification(10_000, 20, random_state=0)
    known = vars(RandomForestClassifier(100, random_state=0).fit(inputs, targets))
    model = _Fitted(100, random_state=0)
    _Fitted.known = known
    plain, full, bare = _times(model, inputs, targets, max(3, rounds // 6))
    return Figure(
        "a forest of 100 trees, what everything adds to training metrics",
        "ms",
        full - plain,
        bare,
        "pickle.dump of the model",
        Goal(_SHARE_OF_PICKLE * bare + _ADDED_MS),
        6.0,
    )


def _times(model: Any, inputs: Any, targets: Any, rounds: int) -> tuple[float, float, float]:
    """Milliseconds of a fit with metrics alone, of one with everything, and of a pickle."""
    plain: list[float] = []
    full: list[float] = []
    bare: list[float] = []
    with fresh_directory() as folder:
        for number in range(rounds + _FIRST):
            autolog.autolog(**_METRICS_ONLY)
            plain.append(_seconds_of_fit(model, inputs, targets))
            autolog.autolog(**_EVERYTHING)
            full.append(_seconds_of_fit(model, inputs, targets))
            started = perf_counter()
            with (folder / f"{number}.pkl").open("wb") as file:
                pickle.dump(model, file, protocol=5)
            bare.append(perf_counter() - started)
    in_plain, in_full, in_bare = (median(times[_FIRST:]) * 1e3 for times in (plain, full, bare))
    return in_plain, in_full, in_bare


def _seconds_of_fit(model: Any, inputs: Any, targets: Any) -> float:
    autolog.flush()  # what the fit before has left to do
    started = perf_counter()
    model.fit(inputs, targets)
    return perf_counter() - started


def _print_mlflow_seconds() -> None:
    import mlflow

    warnings.simplefilter("ignore")
    mlflow.sklearn.autolog(silent=True)
    inputs, targets = load_iris(return_X_y=True)
    for _ in range(2):  # the first sets up what a process needs once
        seconds = _seconds_of_fit(LogisticRegression(max_iter=500), inputs, targets)
    print(seconds)


if __name__ == "__main__":
    _print_mlflow_seconds()
