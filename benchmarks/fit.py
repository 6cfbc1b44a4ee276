"""What recording adds to one fit of a small model, in a process that is warm."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

import autolog
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.timing import durations_ns

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 40
_QUICK_ROUNDS = 4
_FITS = 6

# what models, data sets and plots cost is told by the benchmark `models`
_FIGURES: dict[str, Any] = {
    "log_models": False,
    "log_datasets": False,
    "log_plots": False,
    "silent": True,
}


def measure(*, quick: bool) -> Iterator[Figure]:
    """Fits without autolog, without training metrics, and with all, in turn."""
    inputs, targets = load_iris(return_X_y=True)
    bare: list[int] = []
    plain: list[int] = []
    full: list[int] = []
    with fresh_directory():
        for _ in range(_QUICK_ROUNDS if quick else _ROUNDS):
            autolog.disable()
            bare += _times(inputs, targets)
            autolog.autolog(**_FIGURES, sklearn={"training_metrics": False})
            plain += _times(inputs, targets)
            autolog.autolog(sklearn={"training_metrics": True})
            full += _times(inputs, targets)
    milliseconds = [median(times) / 1e6 for times in (bare, plain, full)]
    yield Figure(
        "fit on iris, without training metrics",
        "ms",
        milliseconds[1],
        milliseconds[0],
        "the fit without autolog",
        Goal(5.0, "added"),
        3.0,
    )
    yield Figure(
        "fit on iris, with training metrics",
        "ms",
        milliseconds[2],
        milliseconds[1],
        "the fit without them",
        Goal(8.0, "added"),
        3.0,
    )


def _times(inputs: Any, targets: Any) -> list[int]:
    def fit(_: int) -> None:
        LogisticRegression(max_iter=500).fit(inputs, targets)

    fit(0)
    return list(durations_ns(fit, _FITS))
