"""The params of estimators that do and do not tell them as they should."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from autolog.capture.estimator_params import estimator_params


class Named(BaseEstimator):
    """Tells its params in a way of its own."""

    def __init__(self, params=None, size=3):
        self.params = params
        self.size = size

    def get_params(self, deep=True):
        if isinstance(self.params, BaseException):
            raise self.params
        return self.params


class Drawing(BaseEstimator):
    """Draws a seed when it is asked."""

    def __init__(self):
        self.generator = np.random.RandomState(0)

    def get_params(self, deep=True):
        warnings.warn("it draws", stacklevel=2)
        return {"seed": self.generator.randint(1000)}


def test_params_are_those_that_the_estimator_tells():
    model = Pipeline([("scaler", StandardScaler()), ("model", LogisticRegression(C=3.0))])

    assert estimator_params(model) == model.get_params(deep=True)
    assert estimator_params(model, deep=False) == model.get_params(deep=False)


def test_asking_leaves_no_trace_and_warns_nobody():
    model = Drawing()

    assert estimator_params(model) == estimator_params(model)


def test_a_name_that_is_no_text_becomes_one():
    assert estimator_params(Named({1: "a", ("b", 2): 3})) == {"1": "a", "('b', 2)": 3}


def test_a_pipeline_with_a_class_for_a_step_tells_its_own_params():
    model = Pipeline([("scaler", StandardScaler), ("model", LogisticRegression())])
    notes = {}

    params = estimator_params(model, note=notes.update)

    assert params == model.get_params(deep=False)
    assert "get_params failed (TypeError" in notes["autolog.params_missing"]


@pytest.mark.parametrize(
    "told", [ValueError("not these"), KeyError(1), SystemExit(), None, [1, 2]], ids=repr
)
def test_of_an_estimator_that_does_not_tell_its_params_those_that_it_keeps_are_read(told):
    model = Named(told)
    notes = {}

    params = estimator_params(model, note=notes.update)

    assert params == {"params": told, "size": 3}
    assert notes["autolog.params_missing"].startswith("get_params failed")


def test_a_class_instead_of_an_object_has_no_params():
    assert estimator_params(LogisticRegression) == {}
