"""The plot of the weights of features: which of them a model goes by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.capture.params import cut
from autolog.capture.plots.plot import FeatureWeights, Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COEFFICIENTS = "coefficients"
FEATURE_IMPORTANCES = "feature_importances"
FEATURE_PLOTS = (COEFFICIENTS, FEATURE_IMPORTANCES)
"""The names of these plots."""

MOST_SHOWN = 20
"""Features that are shown: those with the largest weights."""

_LONGEST_NAME = 40
_DIGITS = 5


def feature_plot(
    name: str, features: Sequence[str], values: NDArray[Any], total: int
) -> list[Plot]:
    """The weights of the features with the largest; nothing where some are not finite.

    Of several outputs, the mean of the absolute weights is shown.

    Args:
        name: The plot's name, which says what the weights are.
        features: The names of the features.
        values: A row for each output, a column for each feature.
        total: The number of all features, if some are left out.
    """
    import numpy as np

    if not values.size or not np.isfinite(values).all():
        return []
    weights = values[0] if len(values) == 1 else np.abs(values).mean(axis=0)
    largest = np.argsort(-np.abs(weights), kind="stable")[:MOST_SHOWN]
    data = FeatureWeights(
        features=[cut(features[place], _LONGEST_NAME) for place in largest],
        weights=[_rounded(float(weights[place])) for place in largest],
        outputs=len(values),
        total=total,
    )
    return [Plot(name, data)]


def _rounded(weight: float) -> float:
    if not weight:
        return 0.0
    return round(weight, _DIGITS - 1 - math.floor(math.log10(abs(weight))))
