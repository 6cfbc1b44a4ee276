"""The plots of a regressor: its predictions against the truth, and what it missed it by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.capture.plots.plot import MOST_POINTS, Plot, PredictedActual, Residuals
from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREDICTED_ACTUAL = "training_predicted_actual"
RESIDUALS = "training_residuals"
REGRESSION_PLOTS = (PREDICTED_ACTUAL, RESIDUALS)
"""The names of the plots of a regressor."""


_BINS = 30
_DIGITS = 4
_MOST_DECIMALS = 300
"""Beyond these a power of ten would not be finite."""


def regression_plots(
    truth: Any, predicted: Any, sample_weight: NDArray[Any] | None = None
) -> list[Plot]:
    """Both plots; nothing for several outputs, or where values are not finite.

    Args:
        truth: What was to be predicted, one number per sample.
        predicted: What was predicted.
        sample_weight: How much each sample counts, of all residuals; all the same by default.
    """
    import numpy as np

    actual, predictions = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    if not len(actual) or not actual.size == predictions.size == len(actual):
        return []
    actual, predictions = actual.ravel(), predictions.ravel()
    residuals = actual - predictions
    ranges = [np.ptp(values) for values in (actual, predictions, residuals)]
    if not np.isfinite(ranges).all():
        return []
    shown = spread_rows(len(actual), MOST_POINTS)
    some_predictions = _rounded(predictions[shown])
    edges, counts = _histogram(residuals, sample_weight)
    return [
        Plot(
            PREDICTED_ACTUAL,
            PredictedActual(
                predicted=some_predictions, actual=_rounded(actual[shown]), rows=len(actual)
            ),
        ),
        Plot(
            RESIDUALS,
            Residuals(
                predicted=some_predictions,
                residuals=_rounded(residuals[shown]),
                edges=edges.tolist(),
                counts=counts.tolist(),
                rows=len(actual),
            ),
        ),
    ]


def _histogram(
    values: NDArray[Any], sample_weight: NDArray[Any] | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """As NumPy's, which refuses values that are too close together for as many bins."""
    import numpy as np

    low, high = values.min(), values.max()
    if low == high:
        return np.array([low, high]), np.array([_total(len(values), sample_weight)])
    places = ((values - low) / (high - low) * _BINS).astype(np.intp).clip(max=_BINS - 1)
    counts = np.bincount(places, weights=sample_weight, minlength=_BINS)
    return np.linspace(low, high, _BINS + 1), counts.clip(min=0)


def _total(rows: int, sample_weight: NDArray[Any] | None) -> float:
    return float(rows if sample_weight is None else sample_weight.sum())


def _rounded(values: NDArray[Any]) -> list[float]:
    """With as many digits as can be told apart when they are drawn."""
    span = float(values.max() - values.min()) or abs(float(values[0])) or 1.0
    decimals = _DIGITS - 1 - math.floor(math.log10(span))
    rounded: list[float] = values.round(min(decimals, _MOST_DECIMALS)).tolist()
    return rounded
