"""Models and their methods travel to other processes as they do without autolog."""

from __future__ import annotations

import multiprocessing
import pickle

import cloudpickle
import joblib
import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

X = np.random.default_rng(0).normal(size=(40, 3))
y = (X[:, 0] > 0).astype(int)

MODELS_OF_MAIN = """
    import os, pickle, sys
    import numpy as np
    from autolog import autolog
    from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
    from sklearn.linear_model import LogisticRegression
    from sklearn.utils.metaestimators import available_if

    class Early(LogisticRegression):
        def fit(self, X, y):
            self.process_ = os.getpid()
            return super().fit(X, y)

    autolog(silent=True)

    class Late(ClassifierMixin, BaseEstimator):
        def __init__(self, label=0):
            self.label = label

        def fit(self, X, y=None):
            self.classes_ = np.unique(y)
            self.process_ = os.getpid()
            return self

        def predict(self, X):
            return np.full(len(X), self.classes_[self.label])

        @available_if(lambda self: True)
        def fit_predict(self, X, y=None):
            return self.fit(X, y).predict(X)

    class Shift(TransformerMixin, BaseEstimator):
        def fit_transform(self, X, y=None):
            self.seen_ = len(X)
            return X + 1

        def fit(self, X, y=None):
            self.fit_transform(X, y)
            return self

        def transform(self, X):
            return X + 1

    X = np.random.default_rng(0).normal(size=(40, 3))
    y = (X[:, 0] > 0).astype(int)
"""


def test_methods_of_classes_of_main_run_in_other_processes(script):
    script(
        MODELS_OF_MAIN
        + """
    from joblib import Parallel, delayed

    for model in (Early(), Late()):
        fitted = Parallel(n_jobs=2)(delayed(model.fit)(X, y) for _ in range(3))
        assert all(type(other) is type(model) for other in fitted)
        assert all(other.process_ != os.getpid() for other in fitted)
        assert not hasattr(model, "process_")
    labels = Parallel(n_jobs=2)(delayed(Late(1).fit_predict)(X, y) for _ in range(2))
    assert (labels[0] == 1).all()
    shifted = Parallel(n_jobs=2)(delayed(Shift().fit_transform)(X) for _ in range(2))
    assert (shifted[0] == X + 1).all()
    """
    )


def test_searches_and_ensembles_over_classes_of_main_are_one_run_each(script, recorded_runs):
    script(
        MODELS_OF_MAIN
        + """
    from joblib import parallel_backend
    from sklearn.ensemble import VotingClassifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    GridSearchCV(Late(), {"label": [0, 1]}, cv=2, n_jobs=2).fit(X, y)
    GridSearchCV(make_pipeline(Shift(), Early()), {"early__C": [1, 2]}, cv=2, n_jobs=2).fit(X, y)
    for backend in ("threading", "loky"):
        with parallel_backend(backend, n_jobs=2):
            VotingClassifier([("early", Early()), ("late", Late())], n_jobs=2).fit(X, y)
    """
    )

    runs = recorded_runs()
    outermost = [run for run in runs if run.parent_run_id is None]
    assert sorted(run.name for run in outermost) == ["GridSearchCV"] * 2 + ["VotingClassifier"] * 2
    assert sorted(run.name for run in runs if run.parent_run_id) == [
        "early__C=1",
        "early__C=2",
        "label=0",
        "label=1",
    ]
    assert {run.status for run in runs} == {"FINISHED"}


WITHOUT_AUTOLOG = """
    import pickle, sys

    class Refuse:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in {"autolog", "autolog_sklearn"}:
                raise ModuleNotFoundError(name)

    sys.meta_path.insert(0, Refuse())
    with open("pickles", "rb") as file:
        restored = [pickle.loads(data) for data in pickle.load(file)]
    model, pipeline, fit, function, unfitted = restored
    assert model.predict([[0.0]] * 2).shape == (2,)
    assert pipeline.predict([[0.0]] * 2).shape == (2,)
    assert fit([[0.0], [1.0]], [0, 1]).coef_.shape == (1, 1)
    assert function is type(model).fit
    assert type(function).__name__ == "function"
    assert unfitted.fit([[0.0], [1.0]], [0, 1]).seen_ == 2
    assert not any(name.startswith("autolog") for name in sys.modules)
"""


def test_a_process_without_autolog_reads_what_was_pickled_with_it(script, tmp_path):
    with record():

        class OfTheUser(LogisticRegression):
            def fit(self, X, y):
                self.seen_ = len(X)
                return super().fit(X, y)

        model = LogisticRegression().fit(X[:, :1], y)
        pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[:, :1], y)
        values = [model, pipeline, LogisticRegression().fit, LogisticRegression.fit, OfTheUser()]
        pickles = [cloudpickle.dumps(value) for value in values]
    (tmp_path / "pickles").write_bytes(pickle.dumps(pickles))

    script(WITHOUT_AUTOLOG)


@pytest.mark.parametrize("library", [pickle, cloudpickle, joblib])
def test_a_fitted_model_has_the_same_bytes(library, tmp_path):
    def data():
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
        joblib.dump(model, tmp_path / "model")
        return (tmp_path / "model").read_bytes() if library is joblib else library.dumps(model)

    expected = data()

    with record():
        found = data()

    assert found == expected


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_pool_of_processes_fits_models(method):
    expected = LogisticRegression().fit(X, y).coef_

    with record(), multiprocessing.get_context(method).Pool(2) as pool:
        fitted = pool.starmap(LogisticRegression().fit, [(X, y)] * 3)

    assert [model.coef_.tolist() for model in fitted] == [expected.tolist()] * 3


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_every_backend_of_joblib_gives_the_same_models(backend):
    expected = LogisticRegression().fit(X, y).coef_

    with record():
        fitted = Parallel(n_jobs=2, backend=backend)(
            delayed(LogisticRegression().fit)(X, y) for _ in range(3)
        )

    assert [model.coef_.tolist() for model in fitted] == [expected.tolist()] * 3
