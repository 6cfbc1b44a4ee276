"""A recorded fit is the fit that it would have been, to the bit."""

from __future__ import annotations

import random

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autolog.testing import record

ESTIMATORS = [
    DecisionTreeClassifier(),
    GaussianNB(),
    GradientBoostingClassifier(n_estimators=2),
    KMeans(2, n_init=1),
    LogisticRegression(max_iter=1000),
    RandomForestClassifier(3),
    SGDClassifier(loss="log_loss", tol=1e9),
    make_pipeline(StandardScaler(), DecisionTreeClassifier(max_features=1)),
]


def train(estimator, X, y, seed):
    """The fitted estimator's bytes, and the next numbers of the global generators."""
    random.seed(seed)
    global_generator = np.random.mtrand._rand
    global_generator.seed(seed)
    estimator.fit(X, y)
    return joblib.hash(estimator), random.random(), global_generator.random()


@given(
    estimator=st.sampled_from(ESTIMATORS),
    rows=st.integers(10, 40),
    classes=st.integers(2, 3),
    seed=st.integers(0, 1000),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_attributes_and_random_numbers_are_the_same(estimator, rows, classes, seed):
    X = np.random.default_rng(seed).normal(size=(rows, 3))
    y = np.arange(rows) % classes
    data = X.copy()
    expected = train(clone(estimator), X, y, seed)

    with record() as runs:
        found = train(clone(estimator), X, y, seed)

    assert found == expected
    assert len(runs.only.params) > 0
    assert np.array_equal(X, data)


def test_a_random_state_that_is_shared_goes_on_where_the_fit_left_it():
    X = np.random.default_rng(0).normal(size=(30, 3))
    y = np.arange(30) % 2
    plain, recorded = np.random.RandomState(0), np.random.RandomState(0)
    RandomForestClassifier(3, random_state=plain).fit(X, y)

    with record():
        RandomForestClassifier(3, random_state=recorded).fit(X, y)

    assert recorded.random() == plain.random()
