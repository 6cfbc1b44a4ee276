"""What autolog asks a fitted model leaves no trace in the model or in any generator."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

X = np.random.default_rng(0).normal(size=(30, 3))
y = np.arange(30) % 2
global_generator = np.random.mtrand._rand


class Remembering(ClassifierMixin, BaseEstimator):
    """Keeps, like many a model of a user's, what it has worked out before."""

    def __init__(self, neighbours=None):
        self.neighbours = neighbours

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.cache_ = {"rows": []}
        self.neighbours_ = clone(self.neighbours).fit(X, y)
        return self

    def predict(self, X):
        self.cache_["rows"].append(len(X))
        self.cache_["last"] = self.neighbours_.predict(X)
        return self.cache_["last"]


class Drawing(ClassifierMixin, BaseEstimator):
    """Draws from every generator that it can reach whenever it predicts."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        random.random()
        self.random_state.random()
        return self.classes_[(global_generator.random(len(X)) > 0.5).astype(int)]


@pytest.mark.parametrize("generator", [np.random.RandomState, np.random.default_rng])
def test_predictions_by_chance_take_no_number_from_the_user(generator):
    def numbers():
        random.seed(0)
        global_generator.seed(0)
        model = Drawing(generator(0)).fit(X, y)
        return random.random(), global_generator.random(), model.random_state.random()

    expected = numbers()

    with record() as runs:
        found = numbers()

        assert "training_accuracy_score" in runs.only.metrics
    assert found == expected


@pytest.mark.parametrize(
    "model",
    [
        Remembering(KNeighborsClassifier()),
        CalibratedClassifierCV(KNeighborsClassifier(), cv=2),
        make_pipeline(StandardScaler(), Remembering(KNeighborsClassifier())),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_model_remembers_no_predictions_but_the_users(model):
    expected = pickle.dumps(clone(model).fit(X, y))

    with record() as runs:
        found = pickle.dumps(clone(model).fit(X, y))

        assert "training_accuracy_score" in runs.only.metrics
    assert found == expected
