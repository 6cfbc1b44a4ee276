"""Params as text."""

from __future__ import annotations

import functools
import sys

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, strategies as st

from autolog.capture.params import KEY_LIMIT, VALUE_LIMIT, stringify, stringify_params

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
nested = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.frozensets(scalars, max_size=3)
        | st.sets(scalars, max_size=3)
    ),
    max_leaves=8,
)


def greet():
    """A function, to be a param."""


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no text")


@given(nested)
def test_a_value_is_logged_as_str_gives_it(value):
    text = stringify(value)

    assert text == str(value) or len(str(value)) > VALUE_LIMIT or deeper_than(value, 6)


def deeper_than(value, levels):
    if not isinstance(value, list | tuple | dict | set | frozenset):
        return False
    if levels == 0:
        return True
    items = value.values() if isinstance(value, dict) else value
    return any(deeper_than(item, levels - 1) for item in items)


@pytest.mark.parametrize("value", ["x" * 7000, ["x" * 7000], list(range(5000)), {1: "y" * 9000}])
def test_a_long_value_is_cut_to_the_limit_with_an_ellipsis(value):
    text = stringify(value)

    assert len(text) == VALUE_LIMIT
    assert text == str(value)[: VALUE_LIMIT - 3] + "..."


def test_a_text_of_exactly_the_limit_is_kept_whole():
    assert stringify("x" * VALUE_LIMIT) == "x" * VALUE_LIMIT


def test_names_are_cut_to_their_own_limit():
    (name,) = stringify_params({"n" * 300: 1})

    assert len(name) == KEY_LIMIT
    assert name.endswith("...")


def test_only_the_beginning_of_an_endless_container_is_looked_at():
    seen = []

    class Item:
        def __repr__(self):
            seen.append(self)
            return "item"

    stringify([Item()] * 1_000_000)

    assert len(seen) < VALUE_LIMIT


def test_a_container_that_contains_itself_comes_to_an_end():
    loop = []
    loop.append(loop)

    assert stringify(loop) == "[[[[[[[...]]]]]]]"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((1000, 3)), "ndarray(shape=(1000, 3), dtype=float64)"),
        (pd.DataFrame({"a": range(400)}), "DataFrame(shape=(400, 1))"),
        (pd.Series(range(400)), "Series(shape=(400,), dtype=int64)"),
        (
            scipy.sparse.csr_array((500, 500)),
            "csr_array(shape=(500, 500), dtype=float64)",
        ),
        ([np.zeros(1000)], "[ndarray(shape=(1000,), dtype=float64)]"),
    ],
)
def test_large_data_become_their_shape_and_type(value, text):
    assert stringify(value) == text


@pytest.mark.parametrize("value", [np.arange(3), np.float64(0.5), np.int64(3), pd.Series([1, 2])])
def test_small_data_are_logged_in_full(value):
    assert stringify(value) == str(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (greet, f"{__name__}.greet"),
        ([greet], f"[{__name__}.greet]"),
        (object(), "builtins.object"),
        (functools.partial(greet, 1), "functools.partial(<function greet>, 1)"),
        (int, "<class 'int'>"),
        (len, "<built-in function len>"),
    ],
)
def test_a_function_or_object_is_named_without_its_address(value, text):
    assert stringify(value) == text


def test_a_value_without_text_is_named_by_its_class(monkeypatch):
    monkeypatch.delenv("AUTOLOG_STRICT", raising=False)

    assert stringify(Unprintable()) == "<unprintable Unprintable>"
    assert stringify([1, Unprintable()]) == "[1, <unprintable Unprintable>]"


def test_a_number_too_long_to_print_is_no_failure(monkeypatch):
    monkeypatch.delenv("AUTOLOG_STRICT", raising=False)

    text = stringify([10 ** (sys.get_int_max_str_digits() + 1)])

    assert text == "[<unprintable int>]"


def test_a_generator_has_no_address():
    assert stringify(number for number in range(3)) == "builtins.generator"


def test_what_stands_in_a_list_and_alone_is_asked_for_its_text_once():
    class Step:
        asked = 0

        def __repr__(self):
            self.asked += 1
            return "Step()"

    step = Step()

    texts = stringify_params({"steps": [("step", step)], "step": step})

    assert texts == {"steps": "[('step', Step())]", "step": "Step()"}
    assert step.asked == 1


def test_where_text_and_representation_differ_each_stands_in_its_place():
    class Unit:
        def __repr__(self):
            return "Unit('m')"

        def __str__(self):
            return "m"

    unit = Unit()

    texts = stringify_params({"units": [unit], "unit": unit})

    assert texts == {"units": "[Unit('m')]", "unit": "m"}
