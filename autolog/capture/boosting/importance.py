"""What the features of a boosted model are worth, as a file and as a plot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from autolog.capture.plots.features import feature_plot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.capture.training_run import TrainingRun

Worth: TypeAlias = float | list[float]
"""What a feature is worth: one number, or one for each output."""


def log_importance(
    run: TrainingRun, kind: str, importance: Mapping[str, Worth], total: int
) -> None:
    """Keeps `feature_importance_<kind>.json`, and the plot of the features that count most.

    Ranking thousands of features takes its time: it had better be called in the background.

    Args:
        run: The run of the training.
        kind: What the importance is, as the library calls it, such as `gain`.
        importance: What each feature is worth, by its name.
        total: The number of all features, if some are left out.
    """
    if not importance:
        return
    ranked = dict(sorted(importance.items(), key=_least_first, reverse=True))
    name = f"feature_importance_{kind}"
    run.log_text(f"{name}.json", lambda: json.dumps(ranked, indent=2))
    if run.wants_plots:
        _log_plot(run, name, ranked, total)


def _log_plot(run: TrainingRun, name: str, importance: Mapping[str, Worth], total: int) -> None:
    import numpy as np

    values = np.array(list(importance.values()), dtype=np.float64)
    by_output = np.atleast_2d(values.T)
    plots = feature_plot(name, list(importance), by_output, total)
    # MLflow has another file of the plot's name
    run.log_plots(msgspec.structs.replace(plot, data_name=f"{name}.plot") for plot in plots)


def _least_first(item: tuple[str, Worth]) -> float:
    worth = item[1]
    return sum(map(abs, worth)) if isinstance(worth, list) else abs(worth)
