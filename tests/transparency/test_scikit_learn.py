"""What scikit-learn does with estimators, it does with recorded ones."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from packaging.version import Version
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

X = np.random.default_rng(0).normal(size=(40, 3))
y = (X[:, 0] > 0).astype(int)
weights = np.linspace(0.1, 1.0, 40)


@pytest.fixture
def routing():
    """Metadata routing is on while a test runs."""
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def test_a_clone_is_unfitted_and_equal_in_params():
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))

    with record():
        duplicate = clone(model.fit(X, y))

    assert duplicate.get_params().keys() == model.get_params().keys()
    assert duplicate[-1].C == 0.5
    assert vars(duplicate[-1]).keys() == vars(LogisticRegression()).keys()


MODELS = [
    LogisticRegression(C=0.5),
    RandomForestClassifier(3, random_state=0),
    make_pipeline(StandardScaler(), LogisticRegression()),
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
    VotingClassifier([("a", LogisticRegression()), ("b", KMeans(2))]),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_an_estimator_is_shown_as_ever(model):
    def shown():
        # Each rendering takes a number that no other has.
        return repr(model), re.sub(r"sk-\w+-id-\d+", "id", model._repr_html_())

    expected = shown()

    with record():
        found = shown()

    assert found == expected


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_joblib_hashes_an_estimator_as_ever(model):
    expected = joblib.hash([model, type(model)])

    with record():
        found = joblib.hash([model, type(model)])

    assert found == expected


def test_the_requests_for_metadata_are_those_of_the_class(routing):
    with record():

        class Defined(ClassifierMixin, BaseEstimator):
            def fit(self, X, y, sample_weight=None, groups=None):
                return self

        model = Defined().set_fit_request(sample_weight=True, groups="group")

    requested = model.get_metadata_routing().fit.requests
    assert requested == {"sample_weight": True, "groups": "group"}


@pytest.mark.skipif(
    Version(sklearn.__version__) < Version("1.6"),
    reason="a pipeline passes on no weights to its score before scikit-learn 1.6",
)
def test_weights_find_their_way_through_pipelines_and_searches(routing):
    pipeline = make_pipeline(
        StandardScaler().set_fit_request(sample_weight=False),
        LogisticRegression()
        .set_fit_request(sample_weight=True)
        .set_score_request(sample_weight=True),
    )
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.01, 1.0]}, cv=2)
    expected = clone(search).fit(X, y, sample_weight=weights)

    with record() as runs:
        found = clone(search).fit(X, y, sample_weight=weights)

    np.testing.assert_array_equal(
        found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )
    np.testing.assert_array_equal(
        found.best_estimator_[-1].coef_, expected.best_estimator_[-1].coef_
    )
    assert [run.name for run in runs] == ["GridSearchCV"]


def test_metadata_that_nobody_asked_for_are_refused(routing):
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())

    with record(), pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        pipeline.fit(X, y, sample_weight=weights)


def test_a_transformer_of_the_user_gives_frames_if_it_is_told_to():
    with record():

        class Double(TransformerMixin, BaseEstimator):
            def fit(self, X, y=None):
                return self

            def fit_transform(self, X, y=None):
                return self.transform(X)

            def transform(self, X):
                return np.asarray(X) * 2

            def get_feature_names_out(self, input_features=None):
                return np.array(["a", "b", "c"])

        doubled = Double().set_output(transform="pandas").fit_transform(X)

    assert isinstance(doubled, pd.DataFrame)
    assert list(doubled.columns) == ["a", "b", "c"]


def test_a_pipeline_that_was_cached_without_autolog_is_found_with_it(tmp_path):
    def pipeline():
        memory = joblib.Memory(tmp_path, verbose=0)
        return make_pipeline(KMeans(2, random_state=0), LogisticRegression(), memory=memory)

    def entries():
        return sorted(tmp_path.rglob("output.pkl"))

    pipeline().fit(X, y)
    cached = entries()

    with record():
        pipeline().fit(X, y)

    assert len(cached) == 1
    assert entries() == cached


def test_a_cached_method_is_found_again(tmp_path):
    memory = joblib.Memory(tmp_path, verbose=0)
    memory.cache(LogisticRegression().fit)(X, y)

    with record() as runs:
        fit = memory.cache(LogisticRegression().fit)

        assert fit.check_call_in_cache(X, y)
        assert fit(X, y).predict(X).shape == (40,)
        assert len(runs) == 0


def test_a_fit_that_is_awaited_is_one_run():
    async def train():
        return await asyncio.gather(
            *(asyncio.to_thread(LogisticRegression(C=C).fit, X, y) for C in (0.1, 1.0))
        )

    with record() as runs:
        models = asyncio.run(train())

        assert sorted(run.params["C"] for run in runs) == ["0.1", "1.0"]
    assert [model.C for model in models] == [0.1, 1.0]


def test_fits_in_an_executor_are_one_run_each():
    with record() as runs, ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(LogisticRegression(C=C).fit, X, y) for C in (0.1, 1.0)]

        assert [future.result().C for future in futures] == [0.1, 1.0]
        assert sorted(run.params["C"] for run in runs) == ["0.1", "1.0"]
