"""The scikit-learn integration keeps the contract of integrations."""

from __future__ import annotations

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from autolog.testing import IntegrationContract


class TestSklearn(IntegrationContract):
    """One classifier stands for all."""

    library = "sklearn"

    def train(self):
        return LogisticRegression(max_iter=300).fit(*load_iris(return_X_y=True))

    def outcome(self, result):
        return result.coef_.tobytes()
