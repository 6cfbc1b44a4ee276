"""The XGBoost integration keeps the contract of integrations, by each of its interfaces."""

from __future__ import annotations

import numpy as np
import xgboost

from autolog.testing import IntegrationContract

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
PARAMS = {"max_depth": 2, "nthread": 1}


class TestTrain(IntegrationContract):
    """`xgboost.train`, with a set to evaluate on."""

    library = "xgboost"

    def train(self):
        matrix = xgboost.DMatrix(X, Y)
        return xgboost.train(PARAMS, matrix, 4, evals=[(matrix, "train")], verbose_eval=False)


class TestEstimator(IntegrationContract):
    """A classifier of the scikit-learn API, with nothing to evaluate on."""

    library = "xgboost"

    def train(self):
        return xgboost.XGBClassifier(n_estimators=4, max_depth=2, n_jobs=1).fit(X, Y)

    def outcome(self, result):
        return bytes(result.get_booster().save_raw()), vars(result).keys(), result.get_params()


class TestCrossValidation(IntegrationContract):
    """`xgboost.cv`."""

    library = "xgboost"

    def train(self):
        return xgboost.cv(PARAMS, xgboost.DMatrix(X, Y), 3, nfold=2)

    def outcome(self, result):
        return result.to_csv()
