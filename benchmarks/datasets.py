"""What reading a data set adds to the fit that it is read beside, and to the memory."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB

from autolog.capture.dataset.reading import ALLOWED_SECONDS, ALLOWED_SHARE, DatasetReading
from benchmarks.figure import Figure, Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROWS, _COLUMNS = 1_000_000, 50
_QUICK_ROWS = 50_000
_ROUNDS = 7
_SMALL_ROUNDS = 200
_GIGABYTE = 10**9
_MEGABYTE = 1e6


def measure(*, quick: bool) -> Iterator[Figure]:
    """Fits with and without a reading beside them, in turn; a small data set; a large one."""
    yield _small()
    rows = _QUICK_ROWS if quick else _ROWS
    inputs = np.random.default_rng(0).standard_normal((rows, _COLUMNS))
    targets = inputs @ np.arange(_COLUMNS)
    labels = (targets > 0).astype(int)
    for make, wanted in (
        (GaussianNB, labels),
        (LogisticRegression, labels),
        (LinearRegression, targets),
    ):
        yield _beside(make, inputs, wanted)
    if not quick:
        del inputs
        yield _memory()


def _small() -> Figure:
    inputs, targets = load_iris(return_X_y=True)

    def fit() -> None:
        LogisticRegression(max_iter=500).fit(inputs, targets)

    def read() -> None:
        reading = DatasetReading(inputs, targets, name="inputs")
        reading.settle(0.0)
        reading.result()

    bare = median(_seconds(fit) for _ in range(_SMALL_ROUNDS // 4)) * 1e3
    taken = median(_seconds(read) for _ in range(_SMALL_ROUNDS)) * 1e3
    return Figure(
        "fit on iris, with its data set read",
        "ms",
        bare + taken,
        bare,
        "the fit alone",
        Goal(1.0, "added"),
        2.0,
    )


def _beside(make: Callable[[], Any], inputs: Any, targets: Any) -> Figure:
    """The fit with a reading beside it: what the caller waits for, from beginning to end."""

    def fit() -> float:
        return _seconds(lambda: make().fit(inputs, targets))

    def fit_and_read() -> float:
        started = perf_counter()
        reading = DatasetReading(inputs, targets, name="inputs")
        reading.settle(fit())
        seconds = perf_counter() - started
        reading.result()
        return seconds

    fit()
    pairs = [(fit(), fit_and_read()) for _ in range(_ROUNDS)]
    bare = median(alone for alone, _ in pairs)
    # within a round, because the load of a machine comes and goes
    added = bare * (median(both / alone for alone, both in pairs) - 1)
    allowed = max(ALLOWED_SECONDS, ALLOWED_SHARE * bare)
    return Figure(
        f"{make.__name__} on {len(inputs):,} x {_COLUMNS}, with its data set read",
        "ms",
        (bare + added) * 1e3,
        bare * 1e3,
        "the fit alone",
        Goal(allowed * 1e3, "added"),
        2.0,
    )


def _memory() -> Figure:
    gc.collect()
    inputs = np.ones((_GIGABYTE // 8 // _COLUMNS, _COLUMNS))
    process = psutil.Process()
    reading = DatasetReading(inputs[:100], name="inputs")
    reading.result()
    before = most = process.memory_info().rss
    reading = DatasetReading(inputs, name="inputs")
    while reading.result(timeout=0.001) is None:
        most = max(most, process.memory_info().rss)
    return Figure("growth while 1 GB is read", "MB", (most - before) / _MEGABYTE, goal=Goal(20.0))


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started
