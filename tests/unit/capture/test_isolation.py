"""Calls into a user's model that leave no trace."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline

from autolog.capture.isolation import isolated, restore_names

global_generator = np.random.mtrand._rand


class Restless(BaseEstimator):
    """A model that changes whatever it can when it is asked."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def predict(self):
        random.random()
        global_generator.random()
        if self.random_state is not None:
            self.random_state.normal()
        self.cache_ = "filled"
        self.calls = getattr(self, "calls", 0) + 1
        warnings.warn("restless", UserWarning, stacklevel=1)


def next_numbers():
    return random.random(), global_generator.random()


def test_global_generators_go_on_where_they_were():
    random.seed(1)
    global_generator.seed(1)
    expected = next_numbers()
    random.seed(1)
    global_generator.seed(1)
    model = Restless()

    with isolated(model):
        model.predict()

    assert next_numbers() == expected


def test_a_generator_that_was_not_used_is_not_written_to(monkeypatch):
    def refuse(*args):
        raise AssertionError("written to")

    monkeypatch.setattr(random, "setstate", refuse)
    monkeypatch.setattr(np.random, "set_state", refuse)

    with isolated(Restless()):
        pass


@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_generators_within_the_model_go_on_where_they_were(make):
    model = Restless(random_state=make(1))

    with isolated(model):
        model.predict()

    assert model.random_state.normal() == make(1).normal()


def test_attributes_are_what_they_were():
    model = Restless()
    model.calls = 3

    with isolated(model):
        model.predict()

    assert vars(model) == {"random_state": None, "calls": 3}


def test_models_within_the_model_are_left_as_they_were():
    inner = Restless(random_state=np.random.RandomState(1))
    outer = make_pipeline(inner)

    with isolated(outer):
        inner.predict()

    assert vars(inner).keys() == {"random_state"}
    assert inner.random_state.normal() == np.random.RandomState(1).normal()


def test_models_that_refer_to_each_other_come_to_an_end():
    first, second = Restless(), Restless()
    first.other, second.other = second, first

    with isolated(first):
        second.predict()

    assert not hasattr(second, "cache_")


def test_everything_is_restored_when_the_model_fails():
    model = Restless()

    def fail():
        with isolated(model):
            model.predict()
            raise RuntimeError("no prediction")

    with pytest.raises(RuntimeError, match="no prediction"):
        fail()

    assert vars(model) == {"random_state": None}


def test_names_are_restored_in_their_order():
    kept = object()
    names = {"a": 1.0, "b": kept, "c": 3.0}
    before = names.copy()

    del names["a"]
    names.update(a=2.0, d=4.0)
    restore_names(names, before)

    assert list(names.items()) == [("a", 1.0), ("b", kept), ("c", 3.0)]


def test_a_name_that_has_taken_the_place_of_another_is_taken_back():
    value = object()
    names = {"old": value}
    before = names.copy()

    names["new"] = names.pop("old")
    restore_names(names, before)

    assert names == {"old": value}
