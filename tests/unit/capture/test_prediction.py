"""One pass of a classifier, held against its own `predict` and `predict_proba`."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autolog.capture.prediction import ClassPrediction

ONE_PASS = [
    LogisticRegression(),
    SGDClassifier(loss="modified_huber", random_state=0),
    GaussianNB(),
    BernoulliNB(),
    KNeighborsClassifier(4),
    KNeighborsClassifier(4, weights="distance"),
    MLPClassifier(4, max_iter=5, random_state=0),
    DecisionTreeClassifier(max_depth=2),
    RandomForestClassifier(4, random_state=0),
    BaggingClassifier(n_estimators=4, random_state=0),
    AdaBoostClassifier(n_estimators=4, random_state=0),
    GradientBoostingClassifier(n_estimators=3, random_state=0),
    HistGradientBoostingClassifier(max_iter=3, random_state=0),
    CalibratedClassifierCV(GaussianNB(), cv=2),
    VotingClassifier([("a", GaussianNB()), ("b", BernoulliNB())], voting="soft"),
    StackingClassifier([("a", GaussianNB())], LogisticRegression(), cv=2),
    make_pipeline(StandardScaler(), LogisticRegression()),
    GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [2, 3]}, cv=2),
]
TWO_PASSES = [
    FixedThresholdClassifier(LogisticRegression(), threshold=0.9),
]


def data(classes):
    # Rounded values in few columns bring about equal scores, on which rules could differ.
    X, y = make_classification(
        200, 4, n_informative=3, n_redundant=0, n_classes=classes, random_state=0
    )
    return X.round(0), np.array(["ant", "bee", "cat"])[y]


def fitted(classifier, classes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return classifier.fit(*data(classes))


def name_of(value):
    return type(value).__name__ if not isinstance(value, int) else str(value)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("classifier", ONE_PASS, ids=name_of)
def test_labels_and_probabilities_are_those_of_the_model(classifier, classes):
    fitted(classifier, classes)
    X, _ = data(classes)

    prediction = ClassPrediction(classifier, X)

    assert np.array_equal(prediction.labels, classifier.predict(X))
    assert np.array_equal(prediction.probabilities, classifier.predict_proba(X))


@pytest.mark.parametrize("classifier", TWO_PASSES, ids=name_of)
def test_a_model_that_decides_otherwise_is_asked_for_its_labels(classifier):
    fitted(classifier, 2)
    X, _ = data(2)

    prediction = ClassPrediction(classifier, X)

    assert np.array_equal(prediction.labels, classifier.predict(X))
    assert not np.array_equal(
        prediction.labels, classifier.classes_[prediction.probabilities.argmax(axis=1)]
    )


def test_a_model_without_probabilities_has_labels_only():
    classifier = fitted(RidgeClassifier(), 3)
    X, _ = data(3)

    prediction = ClassPrediction(classifier, X)

    assert np.array_equal(prediction.labels, classifier.predict(X))
    assert prediction.probabilities is None


def test_a_forest_is_asked_only_once(monkeypatch):
    classifier = fitted(RandomForestClassifier(4, random_state=0), 3)
    X, _ = data(3)
    passes = []
    original = RandomForestClassifier.predict_proba
    monkeypatch.setattr(
        RandomForestClassifier,
        "predict_proba",
        lambda self, X: passes.append(len(X)) or original(self, X),
    )

    prediction = ClassPrediction(classifier, X)
    assert prediction.labels is not None
    assert prediction.probabilities is not None

    assert passes == [200]


def test_a_linear_model_is_asked_again_only_about_close_calls(monkeypatch):
    X, _ = data(3)
    classifier = fitted(LogisticRegression(), 3)
    asked = []
    (owner,) = (kind for kind in LogisticRegression.__mro__ if "predict" in vars(kind))
    original = owner.predict
    monkeypatch.setattr(owner, "predict", lambda self, X: asked.append(len(X)) or original(self, X))
    classifier.coef_[:] = 0
    classifier.intercept_[:] = [0, 0, -1]
    classifier.coef_[0, 0] = 1  # a tie wherever the first column is 0

    labels = ClassPrediction(classifier, X).labels

    assert asked == [np.count_nonzero(X[:, 0] == 0)]
    assert np.array_equal(labels, original(classifier, X))


def test_a_subclass_with_probabilities_of_its_own_is_asked_for_its_labels():
    class Inverted(LogisticRegression):
        def predict_proba(self, X):
            return super().predict_proba(X)[:, ::-1]

    classifier = fitted(Inverted(), 2)
    X, _ = data(2)

    prediction = ClassPrediction(classifier, X)

    assert np.array_equal(prediction.labels, classifier.predict(X))
