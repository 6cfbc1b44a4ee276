"""How long a script waits for its tracker at the start and at the end."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING

from benchmarks.apart import apart
from benchmarks.questions.by_tracker import by_tracker
from benchmarks.sample import metrics_of
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale

TITLE = "How long do the start and the end take?"
METHOD = (
    "Fresh processes, which take turns: `start` is the import and the beginning of a run, in a "
    "folder that has one already; `end` is the wait for all of a run of 100 steps to be kept; "
    "`exit` is the time from there until the process has gone."
)

_STEPS = 100
_ROUNDS = 3
_QUICK_ROUNDS = 1


def measure(scale: Scale) -> Iterator[Result]:
    """Milliseconds of the start, of the end, and of the exit."""
    rounds = scale.pick(_ROUNDS, _QUICK_ROUNDS)
    contenders = by_tracker(twice, scale=scale, rounds=rounds)
    for subject in ("start", "end", "exit"):
        for contender in contenders:
            yield contender.result(
                [found[subject] for found in contender.found], subject=subject, unit="ms"
            )


def twice(key: str) -> dict[str, float]:
    """What a second run takes, in a folder where the first has made what is made once.

    Args:
        key: The tracker.
    """
    folder = str(Path.cwd())
    apart(once, key, folder=folder)
    start, end, ended = apart(once, key, folder=folder)
    return {"start": start, "end": end, "exit": (time() - ended) * 1e3}


def once(key: str) -> tuple[float, float, float]:
    """Milliseconds of the start and of the end of one run, and the moment when it was over.

    Args:
        key: The tracker.
    """
    began = perf_counter()
    made = tracker(key)
    made.open(Path.cwd())
    opened = perf_counter()
    for step in range(_STEPS):
        made.log(metrics_of(step), step)
    logged = perf_counter()
    made.close()
    return (opened - began) * 1e3, (perf_counter() - logged) * 1e3, time()
