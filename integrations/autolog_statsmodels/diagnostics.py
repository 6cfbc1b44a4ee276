"""The plots that show whether a model's assumptions hold: of what it leaves unexplained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.model.foreign_code import failing_as
from autolog.capture.plots.regression import regression_plots
from autolog.capture.plots.residuals import autocorrelation_plots, quantile_plots
from autolog.integration import ModelFailed
from autolog_statsmodels.results import inner, is_of_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from autolog.capture.plots.plot import Plot

_OF_RESPONSE = ("resid", "resid_response")
_NORMAL_AT_BEST = ("resid_deviance", "resid_pearson", "resid")
_BURNT = "loglikelihood_burn"


class ModelResiduals(msgspec.Struct, frozen=True):
    """Copies of what a result leaves unexplained.

    Attributes:
        of_response: What was to be explained less what is fitted, for each row.
        fitted: What is fitted; `None` where that is not known for the same rows.
        standard: Residuals that are normal at best; the same as `of_response` where there are no
            others.
        is_of_time: Whether the rows are steps of time.
    """

    of_response: NDArray[Any]
    fitted: NDArray[Any] | None
    standard: NDArray[Any]
    is_of_time: bool


def residuals_of(result: Any) -> ModelResiduals | None:
    """The residuals of a result; `None` where it has none, or those of several outputs.

    Args:
        result: What a fit has given; it is to be asked within `untouched`.
    """
    asked = inner(result)
    of_response = _vector(asked, _OF_RESPONSE)
    if of_response is None:
        return None
    # the first residuals of a series say more of how its filter starts than of the model
    start = int(getattr(asked, _BURNT, 0) or 0)
    of_response = of_response[start:]
    if not len(of_response):
        return None
    fitted, standard = _vector(asked, ("fittedvalues",)), _vector(asked, _NORMAL_AT_BEST)
    if fitted is not None:
        fitted = fitted[-len(of_response) :] if len(fitted) >= len(of_response) else None
    standard = of_response if standard is None else standard[start:]
    return ModelResiduals(of_response, fitted, standard, is_of_time(asked.model))


def diagnostic_plots(residuals: ModelResiduals) -> list[Plot]:
    """Residuals over what is fitted and their quantiles; of a time series, their autocorrelation.

    Args:
        residuals: Those of a result.
    """
    plots = []
    if residuals.fitted is not None:
        actual = residuals.fitted + residuals.of_response
        plots += regression_plots(actual, residuals.fitted)
    plots += quantile_plots(residuals.standard)
    if residuals.is_of_time:
        plots += autocorrelation_plots(residuals.of_response)
    return plots


def _vector(asked: Any, names: tuple[str, ...]) -> Any:
    """A copy of the first of the named attributes that is a number for each row, if one is."""
    import numpy as np

    for name in names:
        try:
            with failing_as(ModelFailed, name):
                found = np.array(getattr(asked, name, None), dtype=np.float64)
        except ModelFailed:
            continue
        if found.ndim == 1 and len(found):
            return found
    return None
