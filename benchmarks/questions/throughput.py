"""How many points per second get through: in a burst, and for long, into each sink."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.logged_run import seconds_of_run
from benchmarks.questions.by_tracker import by_tracker
from benchmarks.result import Result, measured, unmeasured
from benchmarks.sample import NAMES, metrics_of
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scale import Scale

TITLE = "How many points per second get through?"
METHOD = (
    "Fresh processes, which take turns, log five metrics per call as fast as they can. A burst is "
    "the first thousand calls, until the last has returned; what is sustained is counted over many "
    "calls, until the tracker says that all of it is kept. A slow tracker stops after some "
    "seconds, as its note says. autolog's sinks get the same loop, until `flush()` returns."
)

JOURNAL = "a full journal into SQLite"
SUSTAINED = "sustained, until all is kept"
_STEPS = 400_000
_QUICK_STEPS = 20_000
_BURST = 1_000
_AT_ONCE = 10
_SECONDS = 2.0
_QUICK_SECONDS = 0.5
_ROUNDS = 2
_GOAL = 250_000.0
_UNIT = "points/s"
_OTHERS = ("bare",)

_SINKS = {
    "sqlite:": 200_000,
    "jsonl:runs": 200_000,
    "memory:": 200_000,
    "tensorboard:events": 20_000,
    "wandb:": 2_000,
    "mlflow:": 4_000,
}
"""How many steps each gets: such as take some seconds."""
_QUICK_SHARE = 20


def measure(scale: Scale) -> Iterator[Result]:
    """A burst and a long run for every tracker, and a long run into every sink."""
    steps = scale.pick(_STEPS, _QUICK_STEPS)
    seconds = _SECONDS if scale.full else _QUICK_SECONDS
    if scale.wants(SUSTAINED):
        yield from _of_trackers(steps, seconds, scale)
    yield from _journal(scale)
    if scale.peers:
        for scheme, count in _SINKS.items():
            yield _into(scheme, count if scale.full else count // _QUICK_SHARE, scale)


def _of_trackers(steps: int, seconds: float, scale: Scale) -> Iterator[Result]:
    contenders = by_tracker(
        rates, steps, seconds, scale=scale, rounds=scale.pick(_ROUNDS, 1), but=_OTHERS
    )
    for subject, name in (("burst, until the last call returns", "burst"), (SUSTAINED, "long")):
        for contender in contenders:
            made = min((found["steps"] for found in contender.found), default=0)
            yield contender.result(
                [found[name] for found in contender.found],
                subject=subject,
                unit=_UNIT,
                more_is_better=True,
                goal=_GOAL if name == "long" else None,
                goal_of="rate",
                note=f"{made * len(NAMES):,} points" if name == "long" and made < steps else "",
            )


def rates(key: str, steps: int, seconds: float) -> dict[str, float]:
    """Points per second of one tracker in this process.

    Args:
        key: The tracker.
        steps: How many calls there are at most.
        seconds: After how long a slow one makes no more.
    """
    made = tracker(key)
    made.open(Path.cwd())
    made.log(metrics_of(0), 0)  # the first sets up what a run needs once
    began = perf_counter()
    last = began + seconds
    count, burst = 0, 0.0
    while count < steps and (count == 0 or perf_counter() < last):
        for _ in range(_AT_ONCE):
            count += 1
            made.log(metrics_of(count), count)
        if count <= _BURST:
            burst = count / (perf_counter() - began)
    made.close()
    rate = count / (perf_counter() - began)
    return {"burst": burst * len(NAMES), "long": rate * len(NAMES), "steps": count}


def _journal(scale: Scale) -> Iterator[Result]:
    """What the consumer makes of a journal that is full, beside the same rows ready in memory."""
    steps = scale.pick(_STEPS, _QUICK_STEPS)
    pairs = [apart(delivered, steps) for _ in range(scale.pick(_ROUNDS, 2))]
    facts: dict[str, Any] = {"subject": JOURNAL, "unit": _UNIT, "more_is_better": True}
    plain, ours = zip(*pairs, strict=True)
    yield measured(plain, contender="sqlite3.executemany", role="limit", **facts)
    goal = _GOAL if scale.full else None
    yield measured(ours, contender="autolog", role="autolog", goal=goal, goal_of="rate", **facts)


def delivered(steps: int) -> tuple[float, float]:
    """Points per second of the least, and of the consumer, in this process.

    Args:
        steps: How many steps of five metrics there are.
    """
    from benchmarks.delivery import seconds_of_drain, seconds_of_plain_sqlite

    points = steps * len(NAMES)
    plain = points / seconds_of_plain_sqlite(Path("plain.db"), steps)
    return plain, points / seconds_of_drain(Path.cwd(), steps)


def _into(scheme: str, steps: int, scale: Scale) -> Result:
    facts: dict[str, Any] = {
        "subject": "autolog into each sink, until flush() returns",
        "contender": scheme,
        "role": "autolog",
        "unit": _UNIT,
        "more_is_better": True,
    }
    points = steps * len(NAMES)
    try:
        taken = [
            apart(seconds_of_run, scheme, steps, True, False)[1] for _ in range(scale.pick(2, 1))
        ]
    except Failed as failed:
        return unmeasured(f"failed: {failed}", **facts)
    return measured([points / one for one in taken], note=f"{points:,} points", **facts)
