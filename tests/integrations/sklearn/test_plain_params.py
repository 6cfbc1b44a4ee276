"""Params and texts of estimators, found without asking the estimators."""

from __future__ import annotations

import warnings
from copy import copy

import pytest
import sklearn
from hypothesis import given, strategies as st
from sklearn.base import BaseEstimator
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import all_estimators

import autolog_sklearn.patches  # noqa: F401 - has texts of estimators made by `plain_text`
from autolog.capture.params import stringify
from autolog_sklearn.plain_params import (
    constructor_parameters,
    deep_params,
    plain_params,
    plain_text,
)


def _defaults():
    for _, kind in all_estimators():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield kind()
            except TypeError:  # it is made of other estimators
                continue


ESTIMATORS = list(_defaults())
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: type(one).__name__)
def test_params_are_those_that_get_params_gives(estimator):
    assert plain_params(estimator) == estimator.get_params(deep=False)
    assert list(plain_params(estimator)) == list(estimator.get_params(deep=False))
    assert deep_params(estimator) in (None, estimator.get_params())


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(C=2),
        BaggingClassifier(SVC(C=3)),
        make_pipeline(StandardScaler(), "passthrough", SVC(C=3)),
        make_pipeline(StandardScaler(), make_pipeline(None, BaggingClassifier(SVC()))),
        Pipeline([("steps", SVC()), ("memory", SVC())]),
        Pipeline([]),
        GridSearchCV(make_pipeline(SVC()), {"svc__C": [1, 2]}),
    ],
    ids=lambda one: type(one).__name__,
)
def test_params_of_what_is_within_are_those_that_get_params_gives(estimator):
    assert deep_params(estimator) == estimator.get_params()
    assert list(deep_params(estimator)) == list(estimator.get_params())


@pytest.mark.parametrize(
    "estimator",
    [
        VotingClassifier([("svc", SVC())]),
        make_pipeline(VotingClassifier([("svc", SVC())])),
        GaussianProcessClassifier(kernel=RBF()),
        BaggingClassifier(SVC),
        Pipeline([("svc",)]),
        Pipeline([("svc", SVC)]),
        Pipeline((("svc", SVC()),)),
        Pipeline(None),
    ],
    ids=["voting", "voting last", "kernel", "class", "no pair", "class last", "tuple", "no steps"],
)
def test_what_tells_its_params_in_a_way_of_its_own_is_asked_for_them(estimator):
    assert deep_params(estimator) is None


def test_what_is_no_estimator_is_not_looked_into():
    class Sensitive:
        def __getattr__(self, name):
            raise AssertionError(f"{name} was asked for")

    assert deep_params(BaggingClassifier(Sensitive())) is None


def test_an_estimator_within_itself_is_asked():
    endless = BaggingClassifier()
    endless.estimator = endless

    assert deep_params(endless) is None


@pytest.mark.filterwarnings("ignore:Class .* is deprecated:FutureWarning")
@given(st.sampled_from(ESTIMATORS), st.data())
def test_a_text_is_what_repr_gives(estimator, data):
    names = sorted(constructor_parameters(type(estimator)))
    changes = data.draw(
        st.dictionaries(st.sampled_from(names), PLAIN, max_size=4) if names else st.just({})
    )
    changed = copy(estimator)
    vars(changed).update(changes)

    text = plain_text(changed)

    assert text is None or text == repr(changed)


def test_a_text_that_fits_on_a_line_is_known_without_asking():
    assert plain_text(LogisticRegression(C=10, max_iter=500)) == repr(
        LogisticRegression(C=10, max_iter=500)
    )


@pytest.mark.parametrize(
    "estimator",
    [
        SVC(class_weight={0: 1.0}),
        BaggingClassifier(SVC()),
        LogisticRegression(C=0.123456789, max_iter=123456, solver="x" * 40),
    ],
    ids=["dictionary", "estimator", "long"],
)
def test_what_is_not_plain_has_the_text_of_repr(estimator):
    assert plain_text(estimator) is None
    assert stringify(estimator) == repr(estimator)


def test_all_params_are_shown_where_scikit_learn_is_told_to_show_them():
    with sklearn.config_context(print_changed_only=False):
        assert stringify(StandardScaler()) == repr(StandardScaler())
    assert stringify(StandardScaler()) == "StandardScaler()"


def test_the_steps_of_a_pipeline_have_the_texts_that_they_have_alone():
    pipeline = make_pipeline(StandardScaler(with_mean=False), LogisticRegression(C=2))

    assert stringify(pipeline.steps) == str(pipeline.steps)


def test_an_estimator_that_is_asked_differently_is_asked():
    class Renamed(BaseEstimator):
        def __init__(self, depth=1):
            self.depth = depth

        def get_params(self, deep=True):
            return {"depth": self.depth * 2}

    class Spelt(LogisticRegression):
        def __str__(self):
            return "spelt"

    assert stringify(Renamed()) == "Renamed(depth=2)"
    assert stringify(Spelt()) == "spelt"
    assert stringify([Spelt()]) == "[Spelt()]"


def test_a_pipeline_without_steps_is_asked():
    empty = Pipeline.__new__(Pipeline)

    assert plain_params(empty) is None


def test_a_number_that_python_does_not_write_is_unprintable():
    assert stringify(10**5000) == "<unprintable int>"
    assert stringify(LogisticRegression(C=10**5000)) == "<unprintable LogisticRegression>"
