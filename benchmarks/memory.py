"""How much a process grows that logs for a long time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

import autolog
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.sample import NAMES, metrics_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = 1_000_000
_QUICK_STEPS = 50_000
_STEPS_PER_LOOK = 10_000
_MEGABYTE = 1e6


def measure(*, quick: bool) -> Iterator[Figure]:
    """The growth of the resident memory over five million points: at most, and in the end."""
    steps = _QUICK_STEPS if quick else _STEPS
    process = psutil.Process()
    sizes: list[int] = []
    with fresh_directory(), autolog.run("benchmark"):
        autolog.log_metrics(metrics_of(0), step=0)
        autolog.flush()
        before = process.memory_info().rss
        for step in range(1, steps):
            autolog.log_metrics(metrics_of(step), step=step)
            if step % _STEPS_PER_LOOK == 0:
                sizes.append(process.memory_info().rss)
        autolog.flush()
        after = process.memory_info().rss
    points = f"{steps * len(NAMES) / 1e6:g} million points"
    yield Figure(
        f"growth over {points}, at most",
        "MB",
        (max(*sizes, after) - before) / _MEGABYTE,
        goal=Goal(20.0),
    )
    yield Figure(f"growth over {points}, in the end", "MB", (after - before) / _MEGABYTE)
