"""A training with statsmodels."""

from __future__ import annotations

import statsmodels.api as sm
from sklearn.datasets import load_diabetes

from benchmarks.trainings import Training


def least_squares() -> Training:
    """A fit that takes less than a millisecond."""
    inputs, targets = load_diabetes(return_X_y=True)
    inputs = sm.add_constant(inputs)
    return Training(lambda: sm.OLS(targets, inputs).fit())
