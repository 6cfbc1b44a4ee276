"""Fits whose records are compared with those of `mlflow.sklearn.autolog()`: by name, what fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import DBSCAN, KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the class importable
from sklearn.feature_selection import RFE
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, LogisticRegressionCV, Ridge
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RANDOM = np.random.default_rng(7)
_ROWS = 60
X = _RANDOM.normal(size=(_ROWS, 4))
NOISE = _RANDOM.normal(size=_ROWS)
WEIGHTS = _RANDOM.uniform(0.5, 2.0, size=_ROWS)
AMOUNTS = X @ [1.0, -2.0, 0.5, 0.0] + NOISE
TWO = (AMOUNTS > 0).astype(int)
THREE = np.digitize(AMOUNTS, [-1.5, 1.5])
WORDS = np.array(["no", "yes"])[TWO]
LABELS = np.column_stack([TWO, (X[:, 1] + NOISE > 0).astype(int)])
UNKNOWN = np.where(np.arange(_ROWS) % 3 == 0, -1, TWO)
FRAME = pd.DataFrame(X, columns=["age", "income", "debt", "score"])
MIXED = FRAME.assign(city=np.array(["Bonn", "Paris", "Rome"])[THREE])


@dataclass(frozen=True)
class Fit:
    """One fit.

    Attributes:
        estimator: What is fitted.
        arguments: What it is given by position.
        named: What it is given by name.
        options: The options of MLflow's that it is recorded with.
        method: How it is fitted.
        library: The library that it is done with.
    """

    estimator: Any
    arguments: tuple[Any, ...]
    named: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    method: str = "fit"
    library: str = "sklearn"

    def run(self) -> None:
        """Fits the estimator."""
        getattr(self.estimator, self.method)(*self.arguments, **self.named)


class Majority(ClassifierMixin, BaseEstimator):
    """A user's own classifier."""

    def __init__(self, floor: float = 0.5) -> None:
        self.floor = floor

    def fit(self, X: Any, y: Any) -> Majority:
        self.classes_, counts = np.unique(y, return_counts=True)
        self.label_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X: Any) -> Any:
        return np.repeat(self.label_, len(X))


def _logistic(**params: Any) -> LogisticRegression:
    return LogisticRegression(max_iter=500, **params)


def _tree(**params: Any) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(max_depth=2, random_state=0, **params)


def _columns() -> ColumnTransformer:
    return ColumnTransformer([("scaled", StandardScaler(), ["age", "income"])])


CASES: dict[str, Callable[[], Fit]] = {
    # classifiers
    "two classes": lambda: Fit(_logistic(), (X, TWO)),
    "three classes": lambda: Fit(_logistic(), (X, THREE)),
    "classes of text": lambda: Fit(_tree(), (X, WORDS)),
    "classes of bool": lambda: Fit(_tree(), (X, TWO.astype(bool))),
    "a positive class": lambda: Fit(_tree(), (X, WORDS), options={"pos_label": "yes"}),
    "a positive class that does not occur": lambda: Fit(
        _tree(), (X, TWO), options={"pos_label": 2}
    ),
    "a positive class of three": lambda: Fit(_tree(), (X, THREE), options={"pos_label": 1}),
    "a single class": lambda: Fit(_tree(), (X, np.zeros(_ROWS))),
    "weighted samples of two classes": lambda: Fit(
        RandomForestClassifier(4, random_state=0), (X, TWO, WEIGHTS)
    ),
    "weighted samples of three classes": lambda: Fit(
        GaussianNB(), (X, THREE), {"sample_weight": WEIGHTS}
    ),
    "naive Bayes": lambda: Fit(GaussianNB(), (X, TWO)),
    "support vectors without probabilities": lambda: Fit(SVC(), (X, TWO)),
    "neighbours": lambda: Fit(KNeighborsClassifier(), (X, THREE)),
    "a neural network": lambda: Fit(
        MLPClassifier(4, solver="lbfgs", max_iter=900, random_state=0), (X, TWO)
    ),
    "a dummy": lambda: Fit(DummyClassifier(), (X, TWO)),
    "logistic regression that validates itself": lambda: Fit(
        LogisticRegressionCV(
            Cs=3, cv=2, l1_ratios=(0.0,), use_legacy_attributes=False, scoring="accuracy"
        ),
        (X, TWO),
    ),
    "calibrated probabilities": lambda: Fit(CalibratedClassifierCV(_tree(), cv=2), (X, TWO)),
    "a stack of classifiers": lambda: Fit(
        StackingClassifier([("tree", _tree()), ("bayes", GaussianNB())], cv=2), (X, TWO)
    ),
    "a user's own classifier": lambda: Fit(Majority(), (X, TWO)),
    # several outputs
    "several classes at once": lambda: Fit(
        MultiOutputClassifier(_tree()), (X, np.column_stack([TWO, THREE]))
    ),
    "a tree of several classes at once": lambda: Fit(_tree(), (X, np.column_stack([TWO, THREE]))),
    "labels, one against the rest": lambda: Fit(OneVsRestClassifier(_logistic()), (X, LABELS)),
    "labels of a forest": lambda: Fit(RandomForestClassifier(4, random_state=0), (X, LABELS)),
    "several amounts": lambda: Fit(LinearRegression(), (X, np.column_stack([AMOUNTS, NOISE]))),
    # regressors
    "amounts": lambda: Fit(GradientBoostingRegressor(n_estimators=5, random_state=0), (X, AMOUNTS)),
    "weighted amounts": lambda: Fit(LinearRegression(), (X, AMOUNTS, WEIGHTS)),
    "data that the fit overwrites": lambda: Fit(Ridge(copy_X=False), (X.copy(), AMOUNTS)),
    "isotonic regression": lambda: Fit(IsotonicRegression(out_of_bounds="clip"), (X[:, 0], NOISE)),
    "neighbours' amounts": lambda: Fit(KNeighborsRegressor(), (X, AMOUNTS)),
    "a Gaussian process": lambda: Fit(GaussianProcessRegressor(alpha=1.0), (X, AMOUNTS)),
    "targets by a name of their own": lambda: Fit(PLSRegression(), (X, AMOUNTS)),
    "transformed targets": lambda: Fit(
        TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler()), (X, AMOUNTS)
    ),
    "a vote of regressors": lambda: Fit(
        VotingRegressor(
            [("tree", DecisionTreeRegressor(max_depth=2, random_state=0)), ("ridge", Ridge())]
        ),
        (X, AMOUNTS),
    ),
    # without targets
    "clusters": lambda: Fit(KMeans(2, n_init=1, random_state=0), (X,)),
    "clusters with targets": lambda: Fit(KMeans(2, n_init=1, random_state=0), (X, TWO)),
    "clusters that are predicted": lambda: Fit(DBSCAN(1.0), (X,), method="fit_predict"),
    "components": lambda: Fit(PCA(2), (X,), method="fit_transform"),
    "components with targets": lambda: Fit(PCA(2), (X, TWO)),
    "a mixture": lambda: Fit(GaussianMixture(2, random_state=0), (X,)),
    "outliers": lambda: Fit(IsolationForest(n_estimators=5, random_state=0), (X,)),
    "one class": lambda: Fit(OneClassSVM(), (X,)),
    # some targets only
    "self-training": lambda: Fit(SelfTrainingClassifier(GaussianNB()), (X, UNKNOWN)),
    "label spreading": lambda: Fit(LabelSpreading(), (X, UNKNOWN)),
    # estimators within estimators
    "a pipeline": lambda: Fit(
        Pipeline([("scaler", StandardScaler()), ("model", _logistic())]), (X, TWO)
    ),
    "a pipeline of columns": lambda: Fit(
        Pipeline([("columns", _columns()), ("model", _logistic())]), (MIXED, WORDS)
    ),
    "columns": lambda: Fit(_columns(), (MIXED,)),
    "selected columns": lambda: Fit(RFE(_logistic(), n_features_to_select=2), (X, TWO)),
    "a grid search": lambda: Fit(GridSearchCV(_tree(), {"max_depth": [1, 2]}, cv=2), (X, TWO)),
    "a grid search that does not refit": lambda: Fit(
        GridSearchCV(_tree(), {"max_depth": [1, 2]}, cv=2, refit=False), (X, TWO)
    ),
    "a random search": lambda: Fit(
        RandomizedSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, n_iter=2, cv=2, random_state=0),
        (X, AMOUNTS),
    ),
    "a halving search": lambda: Fit(
        HalvingGridSearchCV(_tree(), {"max_depth": [1, 2]}, cv=2, random_state=0), (X, TWO)
    ),
    # other kinds of data
    "a sparse matrix": lambda: Fit(_logistic(), (scipy.sparse.csr_matrix(X), TWO)),
    "a sparse array": lambda: Fit(_logistic(), (scipy.sparse.csc_array(X), TWO)),
    "a frame and a series": lambda: Fit(_logistic(), (FRAME, pd.Series(WORDS, name="bought"))),
    "a Polars frame": lambda: Fit(_logistic(), (pl.DataFrame(FRAME.to_dict("list")), TWO)),
    "lists": lambda: Fit(_logistic(), (X.tolist(), TWO.tolist())),
    "arguments by name": lambda: Fit(_logistic(), (), {"y": TWO, "X": X}),
}
"""By name; every estimator and its options are made anew at each call."""
