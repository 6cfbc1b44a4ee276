"""How much room a metric value takes where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.apart import apart
from benchmarks.questions.by_tracker import by_tracker
from benchmarks.sample import NAMES, metrics_of
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale

TITLE = "How many bytes does a point take?"
METHOD = (
    "A run of many steps of five metrics, closed: the bytes of all files, less those of a run with "
    "one step, over the points, which the tracker's own reader counts. The slow ones log fewer, as "
    "the note says."
)

_POINTS = 100_000
_QUICK_POINTS = 5_000
_SLOW = {"mlflow": 25, "mlflow-async": 25, "aim": 25, "tensorboard": 2}
_AT_ONCE = 2
_OTHERS = ("bare",)
_GOAL = 31.0


def measure(scale: Scale) -> Iterator[Result]:
    """Bytes per point, for every tracker."""
    points = scale.pick(_POINTS, _QUICK_POINTS)
    for contender in by_tracker(kept, points, scale=scale, rounds=1, but=_OTHERS, at_once=_AT_ONCE):
        found = contender.found[0] if contender.found else {"bytes": 0.0, "points": 0, "logged": 0}
        counted = f"{found['logged']:,} points"
        if found["points"] != found["logged"]:
            counted += f", of which its reader finds {found['points']:,}"
        yield contender.result(
            [found["bytes"]],
            subject="a point at rest",
            unit="bytes",
            goal=_GOAL if scale.full else None,
            note=counted,
        )


def kept(key: str, points: int) -> dict[str, float]:
    """Bytes per point of one tracker.

    Args:
        key: The tracker.
        points: How many are logged.
    """
    steps = points // len(NAMES) // _SLOW.get(key, 1)
    sizes, found = [], 0
    for count in (1, steps):
        folder = Path.cwd() / str(count)
        folder.mkdir()
        apart(logged, key, count, folder=str(folder))
        found = apart(read_back, key, folder=str(folder))
        sizes.append(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))
    logged_points = steps * len(NAMES)
    return {
        "bytes": (sizes[1] - sizes[0]) / (logged_points - len(NAMES)),
        "points": found,
        "logged": logged_points,
    }


def logged(key: str, steps: int) -> None:
    """Logs a run, which is kept here.

    Args:
        key: The tracker.
        steps: How many steps it has.
    """
    made = tracker(key)
    made.open(Path.cwd())
    for step in range(steps):
        made.log(metrics_of(step), step)
    made.close()


def read_back(key: str) -> int:
    """How many points the tracker's own reader finds here.

    Args:
        key: The tracker.
    """
    return tracker(key).points(Path.cwd())
