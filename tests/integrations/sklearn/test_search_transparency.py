"""A recorded search is the search that it would have been."""

from __future__ import annotations

import io
import pickle
import re
import threading
import warnings
from contextlib import redirect_stderr, redirect_stdout

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - it enables the import below
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
)
from sklearn.tree import DecisionTreeClassifier

from autolog.testing import record

X, Y = load_iris(return_X_y=True)
FOREST = RandomForestClassifier(3, random_state=np.random.RandomState(0))
DEPTHS = {"max_depth": [1, 2, 3, 4]}
SEARCHES = {
    "grid": GridSearchCV(FOREST, DEPTHS, cv=KFold(3, shuffle=True), return_train_score=True),
    "random": RandomizedSearchCV(FOREST, DEPTHS, n_iter=3, cv=2),
    "halving": HalvingRandomSearchCV(FOREST, DEPTHS, n_candidates=4, cv=2, factor=2),
    "several scores": GridSearchCV(FOREST, DEPTHS, scoring=["accuracy", "f1_macro"], refit=False),
}


class Fragile(ClassifierMixin, BaseEstimator):
    """A classifier that one value of its param breaks."""

    def __init__(self, strength=1):
        self.strength = strength

    def fit(self, X, y):
        if self.strength == 2:
            raise ArithmeticError("too strong")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def outcome(search, n_jobs):
    """What a search found, without its times, and the next random number."""
    np.random.seed(0)  # noqa: NPY002 - the global generator is what searches draw from
    search = clone(search).set_params(n_jobs=n_jobs).fit(X, Y)
    found = {
        name: values.tolist() if isinstance(values, np.ndarray) else values
        for name, values in search.cv_results_.items()
        if not name.endswith("_time")
    }
    names = sorted(name for name in vars(search) if name.endswith("_"))
    return found, names, getattr(search, "best_score_", None), np.random.random()  # noqa: NPY002


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("name", SEARCHES)
def test_scores_and_random_numbers_are_the_same(name, n_jobs):
    with joblib.parallel_backend("threading"):
        expected = outcome(SEARCHES[name], n_jobs)

        with record() as runs:
            found = outcome(SEARCHES[name], n_jobs)

    assert len(runs.only.children) == len(found[0]["params"])
    assert repr(found) == repr(expected)


def test_a_fitted_search_pickles_to_as_many_bytes_and_comes_back():
    search = GridSearchCV(DecisionTreeClassifier(random_state=0), DEPTHS, cv=2)
    bare = clone(search).fit(X, Y)

    with record():
        recorded = clone(search).fit(X, Y)
        dumped = pickle.dumps(recorded)

    assert len(dumped) == len(pickle.dumps(bare))
    assert (pickle.loads(dumped).predict(X) == bare.predict(X)).all()


def test_warnings_of_failed_fits_point_to_the_same_line():
    search = GridSearchCV(Fragile(), {"strength": [1, 2]}, cv=2)

    def warned():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            clone(search).fit(X, Y)
        return [(one.category, one.filename, one.lineno) for one in caught]

    expected = warned()

    with record():
        found = warned()

    assert found == expected
    assert FitFailedWarning in {category for category, _, _ in found}


@pytest.mark.skipif(not hasattr(joblib, "parallel_config"), reason="joblib is told so since 1.3")
def test_what_joblib_and_scikit_learn_print_is_the_same():
    def printed():
        model = DecisionTreeClassifier(random_state=0)
        search = GridSearchCV(model, DEPTHS, cv=2, n_jobs=1, verbose=3)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), joblib.parallel_config(verbose=10):
            search.fit(X, Y)
        return re.sub(r"[\d.]+(s|min)", "", out.getvalue() + err.getvalue())

    expected = printed()

    with record():
        found = printed()

    assert found == expected
    assert "[Parallel(n_jobs=1)]" in found


def test_searches_in_threads_have_each_their_own_children():
    searches = [
        GridSearchCV(DecisionTreeClassifier(max_features=n + 1), {"max_depth": [n + 1]}, cv=2)
        for n in range(4)
    ]

    with record() as runs:
        threads = [threading.Thread(target=one.fit, args=(X, Y)) for one in searches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for run in runs:
        (child,) = run.children
        assert child.params["max_depth"] == run.params["best_max_depth"]


def test_the_users_iterable_of_candidates_is_read_once():
    class OnceOnly(GridSearchCV):
        def _run_search(self, evaluate_candidates):
            candidates = ({"max_depth": depth} for depth in (1, 2))
            self.results = evaluate_candidates(candidates)

    with record() as runs:
        search = OnceOnly(DecisionTreeClassifier(), {}, cv=2).fit(X, Y)

    assert search.results["params"] == [{"max_depth": 1}, {"max_depth": 2}]
    assert len(runs.only.children) == 2
