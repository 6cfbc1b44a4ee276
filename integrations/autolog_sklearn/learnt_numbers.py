"""Numbers that a fit has found and the estimator keeps: how good or how large the result is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autolog_sklearn.fitted import layers

LEARNT_NUMBERS = (
    "alpha_",
    "best_threshold_",
    "bound_",
    "dual_gap_",
    "inertia_",
    "kl_divergence_",
    "l1_ratio_",
    "lambda_",
    "log_marginal_likelihood_value_",
    "lower_bound_",
    "n_components_",
    "noise_variance_",
    "offset_",
    "oob_score_",
    "reconstruction_err_",
    "reconstruction_error_",
    "stress_",
)
"""The attributes, each a metric without its last underscore where it is one number."""


def learnt_numbers(estimator: Any) -> dict[str, float]:
    """The numbers of a fitted estimator, or of the one in it that it hands its work to.

    Args:
        estimator: The estimator; only what stands in its own dictionary is read.
    """
    found: dict[str, float] = {}
    for layer in layers(estimator):
        names = vars(layer)
        for name in LEARNT_NUMBERS:
            value = names.get(name)
            if isinstance(value, float | int | np.floating | np.integer) and not math.isnan(value):
                found.setdefault(name.removesuffix("_"), float(value))
    return found
