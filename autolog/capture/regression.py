"""The metrics of a regressor, from its predictions, as scikit-learn defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.quiet import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

REGRESSION_METRICS = (
    "mean_squared_error",
    "mean_absolute_error",
    "r2_score",
    "root_mean_squared_error",
)
"""Their names, which are MLflow's after `training_`."""

_KINDS_OF_NUMBERS = "biufO"
"""NumPy's letters for them; objects may be numbers."""


def regression_metrics(
    y_true: Any, y_pred: Any, sample_weight: NDArray[Any] | None = None
) -> dict[str, float]:
    """Errors and explained variance, averaged evenly over several outputs.

    Args:
        y_true: What was to be predicted, one row per sample.
        y_pred: What was predicted.
        sample_weight: How much each sample counts; all the same by default.

    Returns:
        The metrics by name; NaN where one is not defined. Nothing where values are no numbers, or
        something else was predicted than one for each.
    """
    import numpy as np

    try:
        truth, predicted = _columns(y_true), _columns(y_pred)
    except (TypeError, ValueError):
        return {}
    if truth.shape != predicted.shape:
        return {}
    errors = truth - predicted
    squared = float(np.average(errors**2, axis=0, weights=sample_weight).mean())
    absolute = float(np.average(np.abs(errors), axis=0, weights=sample_weight).mean())
    # weights below zero can make anything of a mean of squares
    root = squared**0.5 if squared >= 0 else float("nan")
    values = (squared, absolute, _r2(truth, errors, sample_weight), root)
    return dict(zip(REGRESSION_METRICS, values, strict=True))


def _r2(truth: NDArray[Any], errors: NDArray[Any], sample_weight: NDArray[Any] | None) -> float:
    import numpy as np

    if len(truth) < 2:  # noqa: PLR2004 - one sample has no variance
        return float("nan")
    weight = 1.0 if sample_weight is None else sample_weight[:, None]
    residual = (weight * errors**2).sum(axis=0)
    centred = truth - np.average(truth, axis=0, weights=sample_weight)
    total = (weight * centred**2).sum(axis=0)
    # A constant target: perfect if it is hit, worthless if not.
    constant = np.where(residual == 0, 1.0, 0.0)
    scores = np.where(total == 0, constant, 1 - residual / np.where(total == 0, 1, total))
    return float(scores.mean())


def _columns(values: Any) -> NDArray[Any]:
    import numpy as np

    with quiet():  # of rows of different lengths, older versions of NumPy only warn
        given = np.asarray(values)
    if given.dtype.kind not in _KINDS_OF_NUMBERS:  # dates and text that NumPy would make numbers of
        raise TypeError(f"{given.dtype} is no type of numbers")
    array = given.astype(np.float64, copy=False)
    return array.reshape(-1, 1) if array.ndim == 1 else array
