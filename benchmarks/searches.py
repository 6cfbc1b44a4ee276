"""What recording adds to a search, with a child for each candidate, and how it grows with many."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

import autolog
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANDIDATES = 50
_ROUNDS = 15
_QUICK_ROUNDS = 3
_MANY_CANDIDATES = 5_000
_QUICK_MANY_CANDIDATES = 200
_FITS_PER_LOOK = 100
_MEGABYTE = 1e6


def measure(*, quick: bool) -> Iterator[Figure]:
    """A grid with and without autolog, in turn; then the memory of a search that is large."""
    yield _grid(_QUICK_ROUNDS if quick else _ROUNDS)
    yield _many(_QUICK_MANY_CANDIDATES if quick else _MANY_CANDIDATES)


def _grid(rounds: int) -> Figure:
    inputs, targets = load_iris(return_X_y=True)
    grid = {"C": np.logspace(-2, 2, _CANDIDATES).tolist()}
    bare: list[float] = []
    recorded: list[float] = []

    def fit() -> float:
        gc.collect()
        started = perf_counter()
        GridSearchCV(SVC(), grid, cv=3).fit(inputs, targets)
        return (perf_counter() - started) * 1e3

    with fresh_directory():
        for _ in range(rounds + 1):
            autolog.disable()
            bare.append(fit())
            autolog.autolog(silent=True)
            recorded.append(fit())
            autolog.flush()
        autolog.disable()
    # Within a round, because the load of a machine comes and goes; the first one warms up.
    added = median(mine - plain for mine, plain in list(zip(recorded, bare, strict=True))[1:])
    typical = median(bare)
    return Figure(
        f"grid of {_CANDIDATES} candidates and 3 folds",
        "ms",
        typical + added,
        typical,
        "the search without autolog",
        Goal(50.0, "added"),
        1.5,
    )


def _many(candidates: int) -> Figure:
    # What is imported, and what the sink takes for a full batch, is taken once.
    first = candidates // 2
    _growth(first)
    bare = _growth(candidates)
    with fresh_directory():
        # The process that the scoring looks at cannot be pickled.
        autolog.autolog(silent=True, log_models=False)
        _growth(first)
        recorded = _growth(candidates)
        autolog.disable()
    return Figure(
        f"growth over {candidates:,} candidates after {first:,}, at most",
        "MB",
        recorded,
        bare,
        "the search without autolog",
        Goal(20.0, "added"),
    )


def _growth(candidates: int) -> float:
    """By how many megabytes the process has grown at most, while it searched."""
    inputs, targets = load_iris(return_X_y=True)
    process = psutil.Process()
    sizes: list[int] = []
    fits = 0

    def look_and_score(_model: Any, _inputs: Any, _targets: Any) -> float:
        nonlocal fits
        fits += 1
        if fits % _FITS_PER_LOOK == 0:
            sizes.append(process.memory_info().rss)
        return 0.0

    grid = {"constant": [0], "random_state": list(range(candidates))}
    search = GridSearchCV(DummyClassifier(), grid, cv=2, scoring=look_and_score, refit=False)
    gc.collect()
    before = process.memory_info().rss
    search.fit(inputs, targets)
    autolog.flush()
    sizes.append(process.memory_info().rss)
    grown: int = max(sizes) - before
    return grown / _MEGABYTE
