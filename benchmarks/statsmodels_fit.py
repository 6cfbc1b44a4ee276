"""What recording adds to one least-squares fit, beside MLflow's.

    python -m benchmarks.statsmodels_fit

prints the seconds that such a fit takes under MLflow's autologging.
"""

from __future__ import annotations

import warnings
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import statsmodels.api as sm
from sklearn.datasets import load_diabetes

import autolog
from benchmarks.beside_mlflow import mlflow_milliseconds
from benchmarks.figure import Figure, Goal
from benchmarks.recording import EVERYTHING, fresh_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 30
_QUICK_ROUNDS = 8
_FITS = 5

_WITHOUT_MODELS: dict[str, Any] = {**EVERYTHING, "log_models": False}


def measure(*, quick: bool) -> Iterator[Figure]:
    """Fits without autolog, with everything, and without models, in turn."""
    times: dict[str, list[float]] = {"bare": [], "full": [], "without models": []}
    with fresh_directory():
        for number in range(1 + (_QUICK_ROUNDS if quick else _ROUNDS)):
            autolog.disable()
            found = {"bare": _seconds_of_a_fit()}
            autolog.autolog(**EVERYTHING)
            found["full"] = _seconds_of_a_fit()
            autolog.autolog(**_WITHOUT_MODELS)
            found["without models"] = _seconds_of_a_fit()
            if number:  # the first sets up what a process needs once
                for kind, seconds in found.items():
                    times[kind] += seconds
    bare, full, light = (median(times[kind]) * 1e3 for kind in times)
    fit = "OLS on diabetes"
    yield Figure(
        f"{fit}, with model, signature, example, data set and plots",
        "ms",
        full,
        bare,
        "the fit without autolog",
        Goal(10.0, "added"),
        200.0,
    )
    yield Figure(
        f"{fit}, without models",
        "ms",
        light,
        bare,
        "the fit without autolog",
        Goal(3.0, "added"),
        60.0,
    )
    if not quick:
        yield Figure(
            f"{fit}, beside MLflow's autologging",
            "ms",
            full,
            mlflow_milliseconds(__name__),
            "mlflow.statsmodels.autolog()",
        )


def _seconds_of_a_fit() -> list[float]:
    inputs, targets = load_diabetes(return_X_y=True)
    inputs = sm.add_constant(inputs)
    seconds = []
    for number in range(1 + _FITS):
        model = sm.OLS(targets, inputs)
        started = perf_counter()
        model.fit()
        if number:
            seconds.append(perf_counter() - started)
        autolog.flush()  # what the fit has left to do
    return seconds


def _print_mlflow_seconds() -> None:
    import mlflow

    warnings.simplefilter("ignore")
    mlflow.statsmodels.autolog(silent=True)
    print(median(_seconds_of_a_fit()[:3]))


if __name__ == "__main__":
    _print_mlflow_seconds()
