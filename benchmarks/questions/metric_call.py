"""How long a call waits that logs five metrics: from one thread, and from eight."""

from __future__ import annotations

from array import array
from pathlib import Path
from threading import Thread
from time import perf_counter, perf_counter_ns
from typing import TYPE_CHECKING

from benchmarks.questions.by_tracker import by_tracker
from benchmarks.sample import metrics_of
from benchmarks.timing import quantile
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale
    from benchmarks.trackers import Tracker

TITLE = "What does a metric call cost?"
METHOD = (
    "Fresh processes, which take turns, log five metrics per call, back to back. Each figure is "
    "the median over the processes of the quantile within each. A million calls in all are made by "
    "those that can; a slow one stops after some seconds, and its note says how many it made."
)

_CALLS = 1_000_000
_QUICK_CALLS = 50_000
_LEAD_IN = 100
_SECONDS = 1.5
_QUICK_SECONDS = 1.0
_ROUNDS = 2
_THREADS = (1, 8)
_QUANTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
_GOALS = {"p50": 5.0, "p99": 20.0, "p99.9": 1000.0}


def measure(scale: Scale) -> Iterator[Result]:
    """The quantiles of every tracker, for each number of threads."""
    calls = scale.pick(_CALLS, _QUICK_CALLS)
    seconds = _SECONDS if scale.full else _QUICK_SECONDS
    for threads in _THREADS if scale.full else (1,):
        rounds = _ROUNDS if threads == 1 and scale.full else 1
        # rows that wait in a list for SQLite are the business of one thread
        but = () if threads == 1 else ("sqlite3",)
        contenders = by_tracker(
            quantiles, calls, threads, seconds, scale=scale, rounds=rounds, but=but
        )
        for name in _QUANTILES:
            for contender in contenders:
                made = min((one["calls"] for one in contender.found), default=0)
                yield contender.result(
                    [one[name] / 1e3 for one in contender.found],
                    subject=f"{threads} thread{'s' * (threads > 1)}, {name}",
                    unit="µs",
                    goal=_GOALS.get(name) if threads == 1 else None,
                    note=_note(contender.found, made, calls),
                )


def _note(found: list[dict[str, float]], made: int, calls: int) -> str:
    failed = max((one["failed"] for one in found), default=0)
    notes = [f"{made:,} calls"] * (made < calls)
    notes += [f"{failed} threads ended with an error"] * (failed > 0)
    return "; ".join(notes)


def quantiles(key: str, calls: int, threads: int, seconds: float) -> dict[str, float]:
    """The quantiles of one tracker's calls here, in nanoseconds, and how many calls there are.


    Args:
        key: The tracker.
        calls: How many calls all threads make together, at most.
        threads: How many threads call.
        seconds: After how long a slow one stops.
    """
    made = tracker(key)
    made.open(Path.cwd())
    for step in range(_LEAD_IN):
        made.log(metrics_of(step), step)
    share = calls // threads
    found: list[array[int]] = []

    def loop(number: int) -> None:
        found.append(_durations_ns(made, _LEAD_IN + number * share, share, seconds))

    if threads == 1:
        loop(0)
    else:
        running = [Thread(target=loop, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    made.close()
    ascending = sorted(duration for durations in found for duration in durations)
    named: dict[str, float] = {name: quantile(ascending, at) for name, at in _QUANTILES.items()}
    return {**named, "calls": len(ascending), "failed": threads - len(found)}


def _durations_ns(made: Tracker, first: int, count: int, seconds: float) -> array[int]:
    # a flat array: a list would make objects, and the garbage collector look at them
    durations = array("q")
    last = perf_counter() + seconds
    log = made.log
    for step in range(first, first + count):
        metrics = metrics_of(step)
        started = perf_counter_ns()
        log(metrics, step)
        ended = perf_counter_ns()
        durations.append(ended - started)
        if ended > last * 1e9:
            break
    return durations
