"""A run in which nothing happens, beside the least that keeps its events."""

from __future__ import annotations

import time
from pathlib import Path
from time import perf_counter

import autolog
from autolog.capture.environment import capture_environment
from autolog.events import EnvironmentCaptured, RunEnded, RunStarted, Status
from benchmarks.primitive import mapped_file

_RUN_ID = "0" * 32


def microseconds(rounds: int) -> list[tuple[float, float]]:
    """What storing the events of a run takes, and what a run does, in turn.

    Args:
        rounds: How often both take their turn.
    """
    environment = capture_environment(Path.cwd(), "train.py")
    found = []
    with mapped_file(Path.cwd()) as store:
        for number in range(rounds + 1):
            started = perf_counter()
            now = time.time_ns()
            store(RunStarted(_RUN_ID, 0, now, "empty", "default"))
            store(EnvironmentCaptured(_RUN_ID, 1, now, environment.tags, environment.packages))
            store(RunEnded(_RUN_ID, 2, now, Status.FINISHED))
            stored = perf_counter()
            with autolog.run("empty"):
                pass
            ended = perf_counter()
            if number:  # the first sets up what a process needs once
                found.append(((stored - started) * 1e6, (ended - stored) * 1e6))
    return found
