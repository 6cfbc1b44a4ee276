"""Decorated functions are patched from within, and stay the objects that everybody holds."""

from __future__ import annotations

import inspect
import pickle
import sys
import types
import warnings

import pytest

from autolog.patching.decorated import decorated_functions
from autolog.patching.patcher import Patcher
from autolog.patching.target import Target
from autolog.patching.wrapper import LetPass

SOURCE = """
import functools, inspect, warnings

__all__ = ["Score", "checked", "missing", "other", "plain", "twice"]

def check(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        inspect.signature(function).bind(*args, **kwargs)
        return function(*args, **kwargs)
    return wrapper

@check
def checked(truth, said=0):
    warnings.warn("as it is", stacklevel=3)
    return truth - said

@check
def other(truth):
    if truth is None:
        raise ValueError("no truth")
    return truth

@check
@check
def twice(truth):
    return truth

@check
def _hidden(truth):
    return truth

def plain(truth):
    return truth

class Score:
    pass
"""


@pytest.fixture
def library(monkeypatch):
    """A module `measures` of decorated functions."""
    module = types.ModuleType("measures")
    exec(compile(SOURCE, "measures.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "measures", module)
    return module


class Noting:
    """An interceptor that notes each call and lets it pass."""

    def __init__(self):
        self.calls = []

    def passes(self):
        return False

    def __call__(self, wrapped, instance, args, kwargs):
        self.calls.append((wrapped.__name__, args, kwargs))


@pytest.fixture
def seen(library):
    """The calls of the functions of `measures`, while they are patched."""
    noting, patcher = Noting(), Patcher()
    patcher.apply(Target.parse("measures:*"), noting)
    yield noting.calls
    patcher.revert()


def contents(library):
    return [cell.cell_contents for _, cell in decorated_functions(library)]


def test_the_public_decorated_functions_are_found(library):
    assert [name for name, _ in decorated_functions(library)] == ["checked", "other", "twice"]


def test_a_function_that_was_taken_before_is_covered(library):
    taken = library.other
    noting, patcher = Noting(), Patcher()

    patcher.apply(Target.parse("measures:*"), noting)
    taken(1)
    patcher.revert()
    taken(2)

    assert taken is library.other
    assert noting.calls == [("other", (1,), {})]


def test_each_call_is_seen_once_with_its_arguments(library, seen):
    assert library.twice(3) == 3
    assert library.other(truth=4) == 4

    assert seen == [("twice", (3,), {}), ("other", (), {"truth": 4})]


def test_what_was_decorated_is_restored_to_the_identical_object(library):
    before = contents(library)
    patcher = Patcher()

    patcher.apply(Target.parse("measures:*"), LetPass())
    during = contents(library)
    patcher.revert()

    assert all(one is not other for one, other in zip(before, during, strict=True))
    assert all(one is other for one, other in zip(before, contents(library), strict=True))


def test_what_somebody_else_has_put_there_since_then_is_left_alone(library):
    cell = dict(decorated_functions(library))["other"]
    patcher = Patcher()
    patcher.apply(Target.parse("measures:*"), LetPass())

    cell.cell_contents = library.plain
    patcher.revert()

    assert cell.cell_contents is library.plain


def test_signature_and_pickle_are_the_same(library, seen):
    assert str(inspect.signature(library.checked)) == "(truth, said=0)"
    assert library.checked.__wrapped__.__name__ == "checked"
    assert pickle.loads(pickle.dumps(library.checked)) is library.checked


def test_wrong_arguments_and_errors_are_as_they_were(library, seen):
    with pytest.raises(TypeError, match="missing a required argument: 'truth'"):
        library.checked()
    with pytest.raises(ValueError, match="no truth"):
        library.other(None)


def test_a_warning_points_to_the_caller(library, seen):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        library.checked(1)

    assert [warning.filename for warning in caught] == [__file__]


def test_the_places_are_named_after_the_functions(library):
    patcher = Patcher()

    patcher.apply(Target.parse("measures:*"), LetPass())

    assert patcher.patched == ("measures:checked", "measures:other", "measures:twice")
    patcher.revert()
