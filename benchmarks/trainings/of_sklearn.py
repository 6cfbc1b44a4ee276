"""Trainings with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from benchmarks.trainings import Training

if TYPE_CHECKING:
    from collections.abc import Callable

_CANDIDATES = 50
_ROWS, _COLUMNS = 1_000_000, 50


def logistic_regression() -> Training:
    """The smallest fit that people do."""
    inputs, targets = load_iris(return_X_y=True)
    return Training(
        lambda: LogisticRegression(max_iter=500).fit(inputs, targets),
        scored=_by_hand(inputs, targets),
    )


def pipeline() -> Training:
    """A model behind two steps."""
    inputs, targets = load_iris(return_X_y=True)

    def train() -> Any:
        steps = StandardScaler(), PCA(2), LogisticRegression(max_iter=500)
        return make_pipeline(*steps).fit(inputs, targets)

    return Training(train, scored=_by_hand(inputs, targets))


def forest() -> Training:
    """A model of some megabytes."""
    inputs, targets = make_classification(10_000, 20, random_state=0)
    return Training(
        lambda: RandomForestClassifier(50, random_state=0).fit(inputs, targets),
        scored=_by_hand(inputs, targets),
    )


def grid() -> Training:
    """A search with a child run for each candidate."""
    inputs, targets = load_iris(return_X_y=True)
    candidates = {"C": np.logspace(-2, 2, _CANDIDATES).tolist()}
    return Training(
        lambda: GridSearchCV(SVC(), candidates, cv=3).fit(inputs, targets),
        scored=_by_hand(inputs, targets),
    )


def small_forest() -> Training:
    """A model of which recording takes a part that can be told from chance."""
    inputs, targets = load_iris(return_X_y=True)
    return Training(lambda: RandomForestClassifier(5, random_state=0).fit(inputs, targets))


def small_grid() -> Training:
    """A search that does little but make child runs."""
    inputs, targets = load_iris(return_X_y=True)
    candidates = {"random_state": list(range(_CANDIDATES // 2))}
    search = GridSearchCV(DummyClassifier(), candidates, cv=2)
    return Training(lambda: clone(search).fit(inputs, targets))


def large_data() -> Training:
    """Data that takes longer to read than a small model takes to fit."""
    inputs = np.random.default_rng(0).standard_normal((_ROWS, _COLUMNS))
    targets = inputs[:, 0] > 0
    return Training(lambda: GaussianNB().fit(inputs, targets), scored=_by_hand(inputs, targets))


def _by_hand(inputs: Any, targets: Any) -> Callable[[Any], object]:
    """What computes the metrics that MLflow and autolog have of a classifier's training data."""

    def scored(model: Any) -> list[float]:
        classes = model.predict(inputs)
        found = [
            metric(targets, classes, average="weighted")
            for metric in (precision_score, recall_score, f1_score)
        ]
        found += [accuracy_score(targets, classes), model.score(inputs, targets)]
        if hasattr(model, "predict_proba"):
            chances = model.predict_proba(inputs)
            likely = chances[:, 1] if len(model.classes_) == 2 else chances
            area = roc_auc_score(targets, likely, average="weighted", multi_class="ovo")
            found += [log_loss(targets, chances), area]
        return found

    return scored
