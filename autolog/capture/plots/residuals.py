"""The plots of residuals alone: whether they are normal, and whether they depend on each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.capture.plots.plot import MOST_POINTS, Autocorrelation, Plot, ResidualQuantiles
from autolog.capture.rows import spread_rows
from autolog.fork_gate import fork_gate

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTILES = "training_residual_quantiles"
AUTOCORRELATION = "training_residual_autocorrelation"
"""The names of the plots."""

_FEWEST = 3
_MOST_LAGS = 40
_WITHIN_95_PERCENT = 1.96
_DIGITS = 5


def quantile_plots(residuals: Any) -> list[Plot]:
    """One plot; none of residuals that are too few, all the same, or not finite.

    Args:
        residuals: One number for each row.
    """
    import numpy as np

    with fork_gate.importing():
        from statistics import NormalDist

    values = _usable(residuals)
    if values is None:
        return []
    values = np.sort(values / values.std())
    shown = spread_rows(len(values), MOST_POINTS)
    normal = NormalDist()
    quantiles = [normal.inv_cdf((place + 0.5) / len(values)) for place in shown.tolist()]
    data = ResidualQuantiles(
        normal=np.round(quantiles, _DIGITS).tolist(),
        residuals=values[shown].round(_DIGITS).tolist(),
        rows=len(values),
    )
    return [Plot(QUANTILES, data)]


def autocorrelation_plots(residuals: Any) -> list[Plot]:
    """One plot; none of residuals that are too few, all the same, or not finite.

    Args:
        residuals: One number for each step, in the order of time.
    """
    import numpy as np

    values = _usable(residuals)
    if values is None:
        return []
    centred = values - values.mean()
    scale = centred @ centred
    lags = range(1, min(_MOST_LAGS, len(values) // 2) + 1)
    correlations = [float(centred[lag:] @ centred[:-lag] / scale) for lag in lags]
    data = Autocorrelation(
        correlations=np.round(correlations, _DIGITS).tolist(),
        bound=_WITHIN_95_PERCENT / math.sqrt(len(values)),
        rows=len(values),
    )
    return [Plot(AUTOCORRELATION, data)]


def _usable(residuals: Any) -> NDArray[Any] | None:
    import numpy as np

    values = np.asarray(residuals, np.float64)
    if values.ndim != 1 or len(values) < _FEWEST:
        return None
    return values if np.isfinite(values).all() and values.std() > 0 else None
