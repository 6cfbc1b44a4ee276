"""Learning curves that a fitted estimator carries: what it noted at each of its iterations."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from autolog_sklearn.fitted import layers

if TYPE_CHECKING:
    from autolog.integration import Run

MOST_POINTS = 100_000
"""The points of a curve that are recorded, from the first on."""


class _Curve(msgspec.Struct, frozen=True):
    """Where a curve is found.

    Attributes:
        attribute: The attribute that the fit sets.
        metric: What the curve is called as a metric.
        module: What the module of a class begins with whose attribute means that; any by default.
    """

    attribute: str
    metric: str
    module: str = ""


CURVES = (
    _Curve("loss_curve_", "loss_curve"),
    _Curve("train_score_", "train_score"),
    _Curve("validation_score_", "validation_score"),
    _Curve("validation_scores_", "validation_score"),
    _Curve("oob_improvement_", "oob_improvement"),
    _Curve("oob_scores_", "oob_loss"),
    _Curve("estimator_errors_", "estimator_error"),
    _Curve("lower_bounds_", "lower_bound_curve"),
    _Curve("loglike_", "log_likelihood"),
    _Curve("error_", "error", "sklearn.decomposition."),
    _Curve("scores_", "log_marginal_likelihood", "sklearn.linear_model._bayes"),
)
"""The curves that scikit-learn's estimators carry."""


def log_curves(run: Run, estimator: Any) -> None:
    """Logs the curves of an estimator, or of the one that it hands its work to.

    The step is the iteration, counted from 0; the curves share an event for each.

    Args:
        run: The run of the fit.
        estimator: The fitted estimator.
    """
    curves = curves_of(estimator)
    for step, values in enumerate(zip_longest(*curves.values())):
        points = zip(curves, values, strict=True)
        run.log_metrics({name: value for name, value in points if value is not None}, step=step)


def curves_of(estimator: Any) -> dict[str, list[float]]:
    """The curves by the names of their metrics; the values of an iteration have its position."""
    for layer in layers(estimator):
        found: dict[str, list[float]] = {}
        for curve in CURVES:
            values = vars(layer).get(curve.attribute)
            if values is not None and type(layer).__module__.startswith(curve.module):
                points = _points(values)
                if points:
                    found[curve.metric] = points
        if found:
            return found
    return {}


def _points(values: Any) -> list[float]:
    """The numbers of a sequence; none where it holds anything else."""
    if isinstance(values, list | tuple):
        values = values[:MOST_POINTS]
        if not all(isinstance(value, int | float | np.number) for value in values):
            return []
        values = np.array(values, dtype=np.float64)
    if not isinstance(values, np.ndarray) or values.ndim != 1 or values.dtype.kind not in "fiu":
        return []
    points: list[float] = values[:MOST_POINTS].astype(np.float64).tolist()
    return points
