"""A patched function cannot be told from its original by what Python shows of it."""

from __future__ import annotations

import copy
import inspect
import pickle
import pkgutil
import pydoc
import types

import cloudpickle
import joblib
import pytest
from sklearn.utils import all_estimators

from autolog.testing import record

LIBRARIES = ("concurrent.", "joblib.", "sklearn.")

VIEWS = {
    "signature": lambda function: str(inspect.signature(function)),  # a default may be NaN
    "arguments": inspect.getfullargspec,
    "source": inspect.getsource,
    "help": pydoc.render_doc,
    "names": lambda function: (function.__module__, function.__qualname__, function.__name__),
    "annotations": inspect.get_annotations,
    "attributes": dir,
    "own attributes": lambda function: dict(vars(function)),
    "kind": lambda function: (
        isinstance(function, types.FunctionType),
        isinstance(function, types.MethodType),
        inspect.isroutine(function),
    ),
    "joblib hash": joblib.hash,
    "pickle": pickle.dumps,
    "old pickle": lambda function: pickle.dumps(function, protocol=2),
    "cloudpickle": cloudpickle.dumps,
}


@pytest.fixture(scope="module")
def places():
    """Every place that is patched when all of scikit-learn is imported, but for those of tests.

    Metrics are left out too: they are patched from within, and stay the functions that they are.
    """
    all_estimators()
    with record() as runs:
        return [
            place
            for place in runs.session.patched
            if place.startswith(LIBRARIES) and not place.startswith("sklearn.metrics:")
        ]


def is_new_at_each_look(place):
    """Whether a descriptor such as `available_if` makes a function of its own for whoever asks."""
    return pkgutil.resolve_name(place) is not pkgutil.resolve_name(place)


@pytest.fixture(scope="module")
def own_places(places):
    """Those of them in which a function stands that is called after the place."""
    functions = {place: pkgutil.resolve_name(place) for place in places}
    return [
        place
        for place, function in functions.items()
        if place == f"{function.__module__}:{function.__qualname__}"
        and pkgutil.resolve_name(place) is function
    ]


def test_the_places_are_those_of_scikit_learn_and_of_thread_pools(places, own_places):
    assert "sklearn.linear_model._logistic:LogisticRegression.fit" in own_places
    assert "concurrent.futures.thread:ThreadPoolExecutor.submit" in own_places
    assert len(own_places) > 200
    others = set(places) - set(own_places)
    assert len([place for place in others if not is_new_at_each_look(place)]) < 10


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_patched_function_looks_like_its_original(own_places, view):
    expected = {place: view(pkgutil.resolve_name(place)) for place in own_places}

    with record():
        found = {place: view(pkgutil.resolve_name(place)) for place in own_places}

    assert found == expected


def test_every_patched_function_is_written_as_its_original(own_places):
    expected = {place: repr(pkgutil.resolve_name(place)) for place in own_places}

    with record():
        found = {place: repr(pkgutil.resolve_name(place)) for place in own_places}

    assert found == expected


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pkgutil.resolve_name])
def test_every_patched_function_is_one_object_however_it_is_reached(own_places, duplicate):
    with record():
        for place in own_places:
            function = pkgutil.resolve_name(place)

            again = duplicate(place if duplicate is pkgutil.resolve_name else function)

            assert again is function


@pytest.mark.parametrize("library", [pickle, cloudpickle])
def test_every_patched_place_survives_pickling(places, library):
    with record():
        for place in places:
            function = pkgutil.resolve_name(place)

            restored = pickle.loads(library.dumps(function))

            assert (restored.__module__, restored.__qualname__) == (
                function.__module__,
                function.__qualname__,
            )


def test_properties_are_no_methods_and_stay_as_they_are():
    from sklearn.cluster import FeatureAgglomeration

    with record():
        assert type(FeatureAgglomeration.fit_predict) is property
        assert not hasattr(FeatureAgglomeration(), "fit_predict")
