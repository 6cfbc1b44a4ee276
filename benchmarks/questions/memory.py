"""How much memory recording takes: over ten million points, a gigabyte of data, a long search."""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.questions.by_tracker import by_tracker
from benchmarks.result import BARE, Result, measured, unmeasured
from benchmarks.sample import NAMES, metrics_of
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.scale import Scale

TITLE = "How much memory does recording take?"
METHOD = (
    "Fresh processes, bare and recorded in turn. Over points and candidates it is the resident "
    "memory, looked at all along, with that of the processes that a tracker has started; over a "
    "fit the peak of the process, since what comes and goes within the fit counts too. A slow "
    "tracker stops after some seconds, as its note says. The fit is that of a model which does not "
    "copy its data, recorded without metrics of them, which are predictions."
)

AUTOLOG, MLFLOW = "autolog", "MLflow"
_STEPS = 2_000_000
_QUICK_STEPS = 40_000
_STEPS_PER_LOOK = 10_000
_STEPS_OF_TRACKERS = 200_000
_QUICK_STEPS_OF_TRACKERS = 2_000
_SECONDS_OF_TRACKERS = 3.0
_QUICK_SECONDS_OF_TRACKERS = 0.5
_LOOKS = 50
_AT_ONCE = 2
_ROWS = 1_250_000
_QUICK_ROWS = 125_000
_COLUMNS = 100
_CANDIDATES = 5_000
_QUICK_CANDIDATES = 200
_FITS_PER_LOOK = 100
_GOAL_MB = 20.0
_GOAL_OF_DATA_MB = 50.0
_MEGABYTE = 1e6


def measure(scale: Scale) -> Iterator[Result]:
    """The growth at most, bare and recorded."""
    steps = scale.pick(_STEPS, _QUICK_STEPS)
    rows = scale.pick(_ROWS, _QUICK_ROWS)
    candidates = scale.pick(_CANDIDATES, _QUICK_CANDIDATES)
    points = steps * len(NAMES) / 1e6
    yield from _grown(f"{points:g} million points", over_points, steps, _GOAL_MB)
    yield from _of_trackers(scale)
    size = rows * _COLUMNS * 8 / 1e9
    recorders = (AUTOLOG, MLFLOW) if scale.full else (AUTOLOG,)
    yield from _grown(f"a fit on {size:g} GB", over_a_fit, rows, _GOAL_OF_DATA_MB, recorders)
    yield from _grown(f"{candidates:,} candidates", over_a_search, candidates, _GOAL_MB)


def _grown(
    what: str,
    function: Callable[[int, str], float],
    amount: int,
    goal: float,
    recorders: tuple[str, ...] = (AUTOLOG,),
) -> Iterator[Result]:
    facts: dict[str, Any] = {"subject": f"growth over {what}", "unit": "MB"}
    bare = apart(function, amount, BARE)
    yield measured([bare], contender=BARE, role="bare", **facts)
    for recorder in recorders:
        facts |= {"contender": recorder, "role": "autolog" if recorder == AUTOLOG else "peer"}
        try:
            recorded = apart(function, amount, recorder, peers=recorder == MLFLOW)
        except Failed as failed:
            yield unmeasured(f"failed: {failed}", **facts)
            continue
        ours = {"goal": goal, "goal_of": "added"} if recorder == AUTOLOG else {}
        yield measured([recorded], **facts, **ours)


def _of_trackers(scale: Scale) -> Iterator[Result]:
    steps = scale.pick(_STEPS_OF_TRACKERS, _QUICK_STEPS_OF_TRACKERS)
    seconds = _SECONDS_OF_TRACKERS if scale.full else _QUICK_SECONDS_OF_TRACKERS
    for contender in by_tracker(
        over_calls, steps, seconds, scale=scale, rounds=1, at_once=_AT_ONCE
    ):
        made = min((calls for _, calls in contender.found), default=0)
        yield contender.result(
            [grown for grown, _ in contender.found],
            subject=f"growth over {steps * len(NAMES):,} points, by the trackers' own calls",
            unit="MB",
            note=f"{made * len(NAMES):,} points" if made < steps else "",
        )


def over_calls(key: str, steps: int, seconds: float) -> tuple[float, int]:
    """The growth in megabytes over a tracker's calls, and how many they were.

    Args:
        key: The tracker.
        steps: How many steps of five metrics there are at most.
        seconds: After how long a slow one makes no more calls.
    """
    made = tracker(key)
    made.open(Path.cwd())
    for step in range(_LOOKS):
        made.log(metrics_of(step), step)  # sets up what is needed once
    before = most = _resident()
    last, look = perf_counter() + seconds, max(1, steps // _LOOKS)
    step = 0
    while step < steps and perf_counter() < last:
        made.log(metrics_of(step), _LOOKS + step)
        step += 1
        if step % look == 0:
            most = max(most, _resident())
    most = max(most, _resident())
    made.close()
    return (max(most, _resident()) - before) / _MEGABYTE, step


def _resident() -> int:
    """The resident memory of this process, and of those that it has started."""
    import psutil  # type: ignore[import-untyped]

    process = psutil.Process()
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


def over_points(steps: int, recorder: str) -> float:
    """The growth in megabytes over a loop that logs.

    Args:
        steps: How many steps of five metrics there are.
        recorder: Who records them.
    """
    import psutil

    import autolog

    log: Any = _nothing if recorder == BARE else autolog.log_metrics
    sizes: list[int] = []
    process = psutil.Process()
    with autolog.run("benchmark"):
        log(metrics_of(0), step=0)
        autolog.flush()
        before = process.memory_info().rss
        for step in range(1, steps):
            log(metrics_of(step), step=step)
            if step % _STEPS_PER_LOOK == 0:
                sizes.append(process.memory_info().rss)
        autolog.flush()
        sizes.append(process.memory_info().rss)
    grown: int = max(sizes) - before
    return grown / _MEGABYTE


def _nothing(_metrics: dict[str, float], *, step: int) -> None:
    """What a script that records nothing does with its metrics."""


def over_a_fit(rows: int, recorder: str) -> float:
    """The growth of the peak in megabytes over a fit, without training metrics.

    Args:
        rows: How many rows of a hundred numbers there are.
        recorder: Who records it.
    """
    import numpy as np
    from sklearn.dummy import DummyClassifier

    inputs = np.zeros((rows, _COLUMNS))
    inputs += 1.0
    targets = np.zeros(rows)
    settle = _recording(recorder)
    DummyClassifier().fit(inputs[:10], targets[:10])
    settle()
    before = _peak()
    DummyClassifier().fit(inputs, targets)
    settle()
    return _peak() - before


def _recording(recorder: str) -> Callable[[], object]:
    """Begins to record fits; gives what waits for all of it to be kept."""
    if recorder == AUTOLOG:
        import autolog

        autolog.autolog(silent=True, sklearn={"training_metrics": False})
        return autolog.flush
    if recorder == MLFLOW:
        import mlflow

        mlflow.set_tracking_uri("sqlite:///mlflow.db")
        mlflow.sklearn.autolog(log_post_training_metrics=False, silent=True)
    return lambda: None


def _peak() -> float:
    """The most that this process has had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (peak if sys.platform == "darwin" else peak * 1024) / _MEGABYTE


def over_a_search(candidates: int, recorder: str) -> float:
    """The growth in megabytes over a search, after one that is half as long.

    Args:
        candidates: How many candidates it has.
        recorder: Who records it.
    """
    import autolog

    if recorder == AUTOLOG:
        # The process that the scoring looks at cannot be pickled.
        autolog.autolog(silent=True, log_models=False)
    _searched(candidates // 2)  # what is imported, and a full batch of the sink's, is taken once
    return _searched(candidates)


def _searched(candidates: int) -> float:
    import psutil
    from sklearn.datasets import load_iris
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import GridSearchCV

    import autolog

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
