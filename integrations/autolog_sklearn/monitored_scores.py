"""Scores that scikit-learn's callback `ScoringMonitor` has computed amid a fit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from autolog_sklearn.fitted import last_step, layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autolog.integration import Call, HookSteps, Run

_MODULE = "sklearn.callback"
"""Since scikit-learn 1.9."""

_COLUMNS = frozenset(
    {
        "estimator_name",
        "parent_task_id_path",
        "sequential_subtasks",
        "task_id",
        "task_id_path",
        "task_name",
    }
)
"""What a monitor says of an iteration besides its scores."""


_followed: dict[int, MonitoredScores] = {}
"""What follows a monitor during a fit, by the monitor's id."""


class MonitoredScores:
    """What the monitors of one estimator tell of its iterations; the iteration is the step.

    As a context manager around the fit it records each iteration when it is over.

    Args:
        run: The run of the fit.
        estimator: The estimator.
    """

    def __init__(self, run: Run, estimator: Any) -> None:
        self._run = run
        self._estimator = estimator
        self._watched: list[Any] = []
        self._depths: dict[int, int] = {}
        self._logged: set[tuple[int, int]] = set()

    def __enter__(self) -> Self:
        # not within a search, which fits its estimator many times: that is no one curve
        fitted = last_step(self._estimator)
        self._watched = [] if fitted is None else list(_monitors((fitted,)))
        for monitor in self._watched:
            _followed[id(monitor)] = self
        return self

    def __exit__(self, *_error: object) -> None:
        for monitor in self._watched:
            _followed.pop(id(monitor), None)

    def log_latest(self, monitor: Any) -> None:
        """Records what a monitor has noted last, if it is of an iteration."""
        *_, tasks, scores = monitor._log[-1]  # noqa: SLF001 - told nowhere else before the end
        # iterations are over before the fits that they belong to
        depth = self._depths.setdefault(id(monitor), len(tasks))
        if len(tasks) == depth > 1:
            self._log(monitor, tasks[-1]["task_id"], scores)

    def log_rest(self) -> None:
        """Records what no call told of, as where iterations ran elsewhere; after the fit."""
        for monitor in _monitors(layers(self._estimator)):
            for row in _iterations(_rows(monitor)):
                scores = {name: row[name] for name in row if name not in _COLUMNS}
                self._log(monitor, row["task_id"], scores)

    def _log(self, monitor: Any, iteration: int, scores: Mapping[str, float]) -> None:
        if (id(monitor), iteration) not in self._logged:
            self._logged.add((id(monitor), iteration))
            self._run.log_metrics(scores, step=iteration)


def end_task(call: Call, _run: Run) -> HookSteps:
    """The hook around a monitor's look at an iteration, or at another task of a fit."""
    yield
    followed = _followed.get(id(call.instance))
    if followed is not None and call.instance._log:  # noqa: SLF001 - as above
        followed.log_latest(call.instance)


def _monitors(estimators: Iterable[Any]) -> Iterator[Any]:
    module = sys.modules.get(_MODULE)
    if module is None:
        return
    for estimator in estimators:
        # the last step of a pipeline may be a word, such as "passthrough"
        for callback in getattr(estimator, "__dict__", {}).get("_skl_callbacks", ()):
            if isinstance(callback, module.ScoringMonitor):
                yield callback


def _rows(monitor: Any) -> Sequence[Mapping[str, Any]]:
    """What a monitor has noted in the latest fit; nothing where there was no iteration to score."""
    try:
        rows: Sequence[Mapping[str, Any]] = monitor.get_logs().data
    except ValueError:
        return ()
    return rows


def _iterations(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The innermost tasks, if they are those of one fit, as they are not in a search."""
    depth = max((len(row["task_id_path"]) for row in rows), default=0)
    innermost = [row for row in rows if len(row["task_id_path"]) == depth]
    is_one_fit = len({row["parent_task_id_path"] for row in innermost}) == 1
    return innermost if is_one_fit and depth > 1 else ()
