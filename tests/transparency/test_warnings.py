"""Warnings keep their category, text, file, line and number; autolog adds none."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import parallel_backend
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

from autolog.testing import record

X = np.random.default_rng(0).normal(size=(30, 3))
y = np.arange(30) % 2


class WarningAtOnce(ClassifierMixin, BaseEstimator):
    """Warns about its caller, or the caller of its caller, when it is fitted."""

    def __init__(self, stacklevel=1):
        self.stacklevel = stacklevel

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        warnings.warn("from fit", UserWarning, stacklevel=self.stacklevel)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


class WarningLater(RegressorMixin, BaseEstimator):
    """Warns whenever it predicts."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        warnings.warn("from predict", RuntimeWarning, stacklevel=1)
        return np.zeros(len(X))


def warnings_of(call, action="always"):
    """What is shown of the warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        call()
    return [(text_of(w), w.category, w.filename, w.lineno) for w in caught]


def text_of(warning):
    """The warning's text; a traceback in it may have a frame of autolog's."""
    lines = str(warning.message).splitlines()
    return [line for line in lines if not line.endswith("in autolog_patched")]


FITS = [
    lambda: LogisticRegression(max_iter=1).fit(X, y),
    lambda: MLPClassifier((2,), max_iter=1, random_state=0).fit(X, y),
    lambda: make_pipeline(SGDClassifier(max_iter=1, random_state=0)).fit(X, y),
    lambda: LogisticRegression(max_iter=1).fit(X, y.reshape(-1, 1)),
    lambda: GridSearchCV(LogisticRegression(max_iter=1), {"C": [1, 2]}, cv=2).fit(X, y),
    lambda: GridSearchCV(LogisticRegression(), {"C": [1, -1]}, cv=2).fit(X, y),
    lambda: WarningAtOnce(1).fit(X, y),
    lambda: WarningAtOnce(2).fit(X, y),
    lambda: WarningAtOnce(3).fit(X, y),
    lambda: make_pipeline(WarningAtOnce(2)).fit(X, y),
    lambda: make_pipeline(WarningAtOnce(3)).fit(X, y),
    lambda: GridSearchCV(WarningAtOnce(2), {}, cv=2).fit(X, y),
]


@pytest.mark.parametrize("action", ["always", "default", "module", "once"])
@pytest.mark.parametrize("fit", FITS)
def test_a_fit_warns_as_ever(fit, action):
    expected = warnings_of(fit, action)

    with record():
        found = warnings_of(fit, action)

    assert len(expected) > 0
    assert found == expected


@pytest.mark.parametrize("backend", ["sequential", "threading"])
def test_warnings_from_the_threads_of_a_fit_name_the_same_place(backend):
    def fit():
        with parallel_backend(backend, n_jobs=2):
            VotingClassifier([("a", WarningAtOnce(2)), ("b", WarningAtOnce(3))], n_jobs=2).fit(X, y)

    expected = sorted(warnings_of(fit), key=str)

    with record():
        found = sorted(warnings_of(fit), key=str)

    assert len(expected) == 2
    assert found == expected


def test_a_task_of_an_executor_that_warns_about_its_caller_names_the_same_place():
    def task():
        warnings.warn("from a task", UserWarning, stacklevel=2)

    class Threaded(BaseEstimator):
        def fit(self, X, y=None):
            with ThreadPoolExecutor(1) as pool:
                pool.submit(task).result()
            return self

    model = Threaded()
    expected = warnings_of(lambda: model.fit(X))

    with record() as runs:
        found = warnings_of(lambda: model.fit(X))

        assert len(runs) == 1
    assert found == expected


def test_warnings_that_are_errors_end_the_fit_as_ever():
    with record() as runs, warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning, match="failed to converge"):
            LogisticRegression(max_iter=1).fit(X, y)

        assert runs.only.status == "FAILED"


@pytest.mark.parametrize("action", ["always", "error"])
def test_nothing_is_heard_of_the_predictions_that_autolog_asks_for(action):
    with record() as runs:
        heard = warnings_of(lambda: WarningLater().fit(X, y), action)

        assert runs.only.metrics["training_mean_squared_error"] == 0.5
    assert heard == []


@pytest.mark.parametrize("action", ["default", "once"])
def test_a_warning_that_was_not_heard_yet_is_heard_when_the_user_predicts(action):
    def fit_and_predict():
        WarningLater().fit(X, y).predict(X)

    with record():
        heard = warnings_of(fit_and_predict, action)

    assert [text for text, *_ in heard] == [["from predict"]]


def test_a_class_that_warns_when_it_is_derived_from_names_the_derived_class():
    class Old:
        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__(**kwargs)
            warnings.warn("Old is old", DeprecationWarning, stacklevel=2)

    def define():
        class New(BaseEstimator, Old):
            pass

    expected = warnings_of(define)

    with record():
        found = warnings_of(define)

    assert len(expected) == 1
    assert found == expected


def test_the_filters_are_left_alone():
    filters, entries = warnings.filters, list(warnings.filters)

    with record():
        WarningLater().fit(X, y)

        assert warnings.filters is filters
        assert warnings.filters == entries
