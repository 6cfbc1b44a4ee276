"""What a fitted estimator tells of itself in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autolog.capture.params import stringify
from autolog_sklearn.fitted import ABSENT, fitted_attribute, layers

if TYPE_CHECKING:
    from collections.abc import Mapping

FITTED_TAGS = ("n_features_in_", "classes_", "n_iter_")
"""The attributes that become tags of the same names."""

ITERATIONS = "n_iter"
"""The metric for the iterations that the fit took."""

_TAG_LIMIT = 500


def fitted_tags(estimator: Any) -> Mapping[str, str]:
    """What the fitted estimator, or the one that it hands its work to, has found, as text."""
    found = {name: _first(estimator, name) for name in FITTED_TAGS}
    return {
        name: stringify(_as_lists(value), _TAG_LIMIT)
        for name, value in found.items()
        if value is not None
    }


def iterations(estimator: Any) -> dict[str, float]:
    """How many iterations the fit took, the most where there were several; empty if unknown."""
    value = _first(estimator, "n_iter_")
    if isinstance(value, list | tuple) and all(isinstance(one, int | np.integer) for one in value):
        value = np.array(value)
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "iu":
        value = value.max()
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return {ITERATIONS: float(value)}
    return {}


def _first(estimator: Any, name: str) -> Any:
    for layer in layers(estimator):
        value = fitted_attribute(layer, name)
        if value is not ABSENT and value is not None:
            return value
    return None


def _as_lists(value: Any) -> Any:
    """Arrays as lists, which are cut where they are too long for a tag."""
    if isinstance(value, np.ndarray):
        return value.ravel()[:_TAG_LIMIT].tolist() if value.ndim <= 1 else value
    if isinstance(value, list):
        return [_as_lists(one) for one in value[:_TAG_LIMIT]]
    return value.item() if isinstance(value, np.generic) else value
