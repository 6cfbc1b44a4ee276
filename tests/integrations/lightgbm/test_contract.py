"""The LightGBM integration keeps the contract of integrations, by each of its interfaces."""

from __future__ import annotations

import lightgbm
import numpy as np

from autolog.testing import IntegrationContract

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(100, 3))
Y = (X[:, 0] > 0).astype(int)
PARAMS = {"num_leaves": 4, "num_threads": 1, "objective": "binary", "verbose": -1}


class TestTrain(IntegrationContract):
    """LightGBM's own interface."""

    library = "lightgbm"

    def train(self):
        train_set = lightgbm.Dataset(X, Y)
        return lightgbm.train(PARAMS, train_set, 3, valid_sets=[train_set])

    def outcome(self, result):
        return result.model_to_string(), result.best_score


class TestFit(IntegrationContract):
    """The scikit-learn interface."""

    library = "lightgbm"

    def train(self):
        return lightgbm.LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1).fit(X, Y)


class TestCrossValidation(IntegrationContract):
    """`lightgbm.cv`."""

    library = "lightgbm"

    def train(self):
        return lightgbm.cv(PARAMS, lightgbm.Dataset(X, Y), 3, nfold=2)
