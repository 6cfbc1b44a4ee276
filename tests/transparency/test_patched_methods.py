"""A patched method cannot be told from its original by what Python shows of it."""

from __future__ import annotations

import copy
import functools
import gc
import inspect
import pickle
import pydoc
import types
import weakref
from unittest import mock

import cloudpickle
import joblib
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

MODELS = [
    GridSearchCV(LogisticRegression(), {"C": [1.0]}),
    KMeans(2),
    LocalOutlierFactor(),
    LogisticRegression(C=0.5),
    PCA(),
    RandomForestClassifier(3),
    VotingClassifier([("a", LogisticRegression())]),
    make_pipeline(StandardScaler(), KMeans(2)),
]
METHODS = [
    pytest.param(model, name, id=f"{type(model).__name__}.{name}")
    for model in MODELS
    for name in ("fit", "fit_transform", "fit_predict")
    if hasattr(model, name)
]


@pytest.mark.parametrize(("model", "name"), METHODS)
def test_a_patched_method_looks_like_its_original(model, name):
    def views():
        method = getattr(model, name)
        return [
            repr(method),
            inspect.signature(method),
            pydoc.render_doc(method),
            inspect.getsource(method),
            joblib.hash(method),
            pickle.dumps(method),
            isinstance(method, types.MethodType),
            inspect.ismethod(method),
            dir(method),
        ]

    expected = views()

    with record():
        found = views()

    assert found == expected


@pytest.mark.parametrize(("model", "name"), METHODS)
def test_a_patched_method_equals_itself_and_its_original(model, name):
    original = getattr(model, name)

    with record():
        method = getattr(model, name)

        assert method == getattr(model, name)
        assert method == original
        assert hash(method) == hash(original)
        assert method.__self__ is model
        assert method != getattr(copy.copy(model), name)


@pytest.mark.parametrize(("model", "name"), METHODS)
def test_a_patched_method_travels_with_its_model(model, name):
    with record():
        method = getattr(model, name)

        restored = pickle.loads(cloudpickle.dumps(method))

    assert restored.__name__ == name
    assert restored.__self__.get_params().keys() == model.get_params().keys()


@pytest.mark.parametrize(("model", "name"), METHODS)
def test_a_patched_method_is_copied_with_its_model(model, name):
    with record():
        method = getattr(model, name)

        shallow, deep = copy.copy(method), copy.deepcopy(method)

    assert shallow.__self__ is model
    assert deep.__self__ is not model
    assert deep.__name__ == name


@pytest.mark.parametrize(
    "travel", [copy.deepcopy, lambda fit: pickle.loads(cloudpickle.dumps(fit))]
)
def test_a_method_of_a_base_class_stays_that_of_the_base_class(travel):
    class Derived(LogisticRegression):
        def fit(self, X, y):
            raise AssertionError("not this one")

    model = Derived()

    with record():
        fit = travel(super(Derived, model).fit)

        assert type(fit(np.eye(4), [0, 1, 0, 1])).__name__ == "Derived"


def test_the_function_of_a_method_is_the_one_of_its_class():
    model = LogisticRegression()

    with record():
        assert model.fit.__func__ is LogisticRegression.fit
        assert LogisticRegression.fit is LogisticRegression.fit


def test_a_weak_method_lives_as_long_as_its_model():
    model = KMeans(2, n_init=1)
    data = np.eye(4)

    with record() as runs:
        reference = weakref.WeakMethod(model.fit)

        assert reference() == model.fit
        assert reference()(data) is model
        assert [run.name for run in runs] == ["KMeans"]
    del model
    gc.collect()
    assert reference() is None


def test_a_partial_of_a_method_travels():
    fit = functools.partial(LogisticRegression(C=0.5).fit, np.eye(4), [0, 1, 0, 1])

    with record() as runs:
        model = pickle.loads(pickle.dumps(fit))()

    assert model.C == 0.5
    assert model.n_iter_.shape == (1,)
    assert runs.session.recorded.top_level == 1


def test_a_mock_takes_the_signature_of_a_patched_method():
    with record():
        model = mock.create_autospec(LogisticRegression, instance=True)

        with pytest.raises(TypeError, match="missing a required argument: 'y'"):
            model.fit([[0.0]])


def test_a_mock_in_place_of_a_patched_method_is_taken_away_again():
    with record() as runs:
        patched = LogisticRegression.fit
        with mock.patch.object(LogisticRegression, "fit", return_value="mocked"):
            assert LogisticRegression().fit() == "mocked"

        assert LogisticRegression.fit is patched
        assert len(runs) == 0
