"""A recorded fit gives, to the bit, what the same fit gives without autolog."""

from __future__ import annotations

import pickle
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier, SGDRegressor
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from autolog.testing import record

global_generator = np.random.mtrand._rand

WITHOUT_CHANCE = [
    GaussianProcessRegressor(),
    KNeighborsClassifier(3),
    LinearRegression(),
    SVC(),
    TransformedTargetRegressor(LinearRegression(), func=np.arcsinh, inverse_func=np.sinh),
]
WITH_CHANCE = [
    BaggingRegressor(DecisionTreeRegressor(), n_estimators=2),
    DecisionTreeClassifier(max_features=1),
    GaussianMixture(2),
    GradientBoostingClassifier(n_estimators=2, subsample=0.5),
    HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2, early_stopping=True),
    HistGradientBoostingRegressor(max_iter=2, min_samples_leaf=2),
    IsolationForest(n_estimators=2),
    KMeans(2, n_init=2),
    LogisticRegression(solver="saga", max_iter=5),
    MLPClassifier((4,), max_iter=3, early_stopping=True),
    MiniBatchKMeans(2, n_init=1, batch_size=10),
    RandomForestClassifier(2, oob_score=True),
    RandomForestRegressor(2),
    SGDClassifier(loss="log_loss", max_iter=3),
    SGDRegressor(max_iter=3, average=True),
]
COMPOSED = [
    (make_pipeline(StandardScaler(), SelectKBest(k=2), DecisionTreeClassifier(max_features=1)),
     "decisiontreeclassifier__random_state"),
    (make_pipeline(StandardScaler(), KMeans(2, n_init=1)), "kmeans__random_state"),
    (StackingRegressor([("tree", DecisionTreeRegressor(max_features=1))], LinearRegression()),
     "tree__random_state"),
]  # fmt: skip
CHOICES = [
    *((model, None) for model in WITHOUT_CHANCE),
    *((model, "random_state") for model in WITH_CHANCE),
    *COMPOSED,
]
RANDOM_STATES = {
    "the global one": lambda seed: None,
    "a seed": lambda seed: seed,
    "a generator": np.random.RandomState,
}


class Outcome:
    """All that a fit leaves behind."""

    def __init__(self, model, X, y, weights, seed):
        random.seed(seed)
        global_generator.seed(seed)
        arguments = {} if weights is None else {"sample_weight": weights}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            returned = model.fit(X, y, **arguments)
        self.returned_itself = returned is model
        self.warnings = [(str(w.message), w.category, w.filename, w.lineno) for w in caught]
        self.next_numbers = random.random(), global_generator.random()
        self.attributes = list(vars(model))
        self.bytes = pickle.dumps(model)
        self.params = sorted(model.get_params())
        self.predictions = model.predict(X).tobytes()

    def __eq__(self, other):
        return vars(self) == vars(other)

    __hash__ = None


def data_of(seed, rows, form):
    """Random data with two classes, in a form that users have them in."""
    X = np.random.default_rng(seed).normal(size=(rows, 3))
    y = np.arange(rows) % 2
    if form == "frame":
        return pd.DataFrame(X, columns=["a", "b", "c"]), pd.Series(y, name="kind")
    return np.require(X, requirements=form), y


def frozen(data):
    """Everything about data that a fit must not change."""
    values = np.asarray(data)
    return (
        values.tobytes(),
        str(values.flags),
        values.dtype,
        type(data),
        getattr(data, "name", None),
    )


@given(
    choice=st.sampled_from(CHOICES),
    state=st.sampled_from(sorted(RANDOM_STATES)),
    rows=st.integers(20, 40),
    seed=st.integers(0, 2**32 - 1),
    form=st.sampled_from(["C", "F", "frame"]),
    weighted=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_a_recorded_fit_leaves_the_same_behind(choice, state, rows, seed, form, weighted):
    model, random_param = choice
    X, y = data_of(seed, rows, form)
    weights = np.linspace(0.5, 1.0, rows) if weighted and takes_weights(model) else None
    before = [frozen(data) for data in (X, y, weights)]

    def fitted():
        params = {random_param: RANDOM_STATES[state](seed)} if random_param else {}
        return Outcome(clone(model).set_params(**params), X, y, weights, seed)

    expected = fitted()

    with record() as runs:
        found = fitted()

        assert runs.only.status == "FINISHED"
    assert vars(found) == vars(expected)
    assert [frozen(data) for data in (X, y, weights)] == before


def takes_weights(model):
    kinds = RandomForestClassifier | SGDRegressor | SVC | KMeans | HistGradientBoostingRegressor
    return isinstance(model, kinds)


@pytest.mark.parametrize("model", [LogisticRegression(), RandomForestClassifier(2, random_state=0)])
@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array])
def test_sparse_data_stay_as_they_are(model, form):
    X, y = data_of(0, 30, "C")
    X = form(X)
    parts = [X.data.tobytes(), X.indices.tobytes(), X.indptr.tobytes()]
    expected = pickle.dumps(clone(model).fit(X, y))

    with record():
        found = pickle.dumps(clone(model).fit(X, y))

    assert found == expected
    assert [X.data.tobytes(), X.indices.tobytes(), X.indptr.tobytes()] == parts


def test_a_generator_that_models_share_goes_on_where_the_fits_left_it():
    X, y = data_of(0, 30, "C")

    def last_number():
        shared = np.random.RandomState(7)
        RandomForestClassifier(2, random_state=shared).fit(X, y)
        MLPClassifier((3,), max_iter=2, random_state=shared, tol=1e9).fit(X, y)
        return shared.random()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = last_number()

        with record():
            found = last_number()

    assert found == expected


def test_partial_and_warm_fits_go_on_as_ever():
    X, y = data_of(0, 40, "C")

    def trained():
        forest = RandomForestClassifier(2, warm_start=True, random_state=0).fit(X, y)
        linear = SGDClassifier(random_state=0)
        for start in range(0, 40, 10):
            linear.partial_fit(X[start : start + 10], y[start : start + 10], classes=[0, 1])
        return pickle.dumps([forest.set_params(n_estimators=4).fit(X, y), linear])

    expected = trained()

    with record():
        found = trained()

    assert found == expected


def test_the_results_of_other_fits_are_the_objects_that_the_library_gave():
    class Odd(BaseEstimator):
        def fit(self, X, y):
            self.result = ["not", "self"]
            return self.result

    model = Odd()

    with record():
        result = model.fit([[0.0]], [0])

    assert result is model.result
