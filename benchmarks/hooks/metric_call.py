"""A call that logs five metrics, beside the least that survives the process."""

from __future__ import annotations

import time
from pathlib import Path
from time import perf_counter_ns

import autolog
from autolog.events import MetricsLogged
from benchmarks.primitive import mapped_file
from benchmarks.sample import metrics_of

_RUN_ID = "0" * 32


def nanoseconds(calls: int) -> list[tuple[float, float]]:
    """What encoding and storing the event takes, and what `log_metrics` does, in turn.

    Args:
        calls: How often both take their turn.
    """
    found = []
    with mapped_file(Path.cwd()) as store, autolog.run("benchmark"):
        for step in range(calls):
            metrics = metrics_of(step)
            started = perf_counter_ns()
            store(MetricsLogged(_RUN_ID, step, time.time_ns(), step, dict(metrics)))
            stored = perf_counter_ns()
            autolog.log_metrics(metrics, step=step)
            found.append((float(stored - started), float(perf_counter_ns() - stored)))
    return found
