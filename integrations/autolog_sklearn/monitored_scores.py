"""Scores that scikit-learn's callback `ScoringMonitor` has computed amid a fit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog_sklearn.fitted import layers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autolog.integration import Run

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


def log_monitored_scores(run: Run, estimator: Any) -> None:
    """Logs what the user's monitors have computed, with the iteration as the step.

    Args:
        run: The run of the fit.
        estimator: The estimator, whose fit has just ended.
    """
    for monitor in _monitors(estimator):
        for row in _iterations(_rows(monitor)):
            scores = {name: row[name] for name in row if name not in _COLUMNS}
            run.log_metrics(scores, step=row["task_id"])


def _monitors(estimator: Any) -> Iterator[Any]:
    module = sys.modules.get(_MODULE)
    if module is None:
        return
    for layer in layers(estimator):
        for callback in vars(layer).get("_skl_callbacks", ()):
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
