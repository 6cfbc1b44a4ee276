"""One step of five metrics, logged back to back while the consumer writes to SQLite."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import autolog
from autolog.events import MetricsLogged
from benchmarks import primitive
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.sample import metrics_of
from benchmarks.timing import durations_ns, quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_STEPS = 300_000
_QUICK_STEPS = 30_000
_QUANTILES = {
    "p50": (0.5, Goal(5.0), 4.0),
    "p99": (0.99, Goal(20.0), None),
    "p99.9": (0.999, Goal(1000.0), None),
}
_RUN_ID = "0" * 32


def measure(*, quick: bool) -> Iterator[Figure]:
    """The distribution of the time that a caller of `log_metrics` spends in it."""
    count = _QUICK_STEPS if quick else _STEPS
    with fresh_directory() as directory:
        plain = _times_of_primitive(directory, count)
        ours = _times_of_autolog(count)
    for name, (share, goal, limit) in _QUANTILES.items():
        yield Figure(
            f"log_metrics, 5 metrics, {name}",
            "µs",
            quantile(ours, share) / 1e3,
            quantile(plain, share) / 1e3,
            primitive.NAME,
            goal,
            limit,
        )


def _times_of_autolog(count: int) -> Sequence[int]:
    with autolog.run("benchmark"):
        return durations_ns(lambda step: autolog.log_metrics(metrics_of(step), step=step), count)


def _times_of_primitive(directory: Path, count: int) -> Sequence[int]:
    with primitive.plain_file(directory) as write:
        return durations_ns(
            lambda step: write(
                MetricsLogged(_RUN_ID, step, time.time_ns(), step, dict(metrics_of(step)))
            ),
            count,
        )
