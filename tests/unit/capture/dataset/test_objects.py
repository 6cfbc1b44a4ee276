"""Objects of Python's become the same bytes for the same values, and quickly where it matters."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pytest
from hypothesis import given, strategies as st

from autolog.capture.dataset.objects import quick_bytes, to_bytes

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.binary(max_size=3),
)
VALUES = st.recursive(
    CELLS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=2), inner, max_size=2),
    ),
    max_leaves=6,
)


def told(value):
    """What a value is told by: types too, and of a number its sign."""
    if isinstance(value, list | tuple):
        return (type(value), *map(told, value))
    if isinstance(value, dict):
        return (dict, *(told(item) for item in value.items()))
    return type(value), str(value) if isinstance(value, float) else value


def fresh(values):
    """Equal values, none of which is the same object, as far as Python allows."""
    if isinstance(values, list | tuple):
        return type(values)(map(fresh, values))
    if isinstance(values, dict):
        return {fresh(key): fresh(value) for key, value in values.items()}
    if isinstance(values, str):
        return (values + "x")[:-1]
    return values + 1 - 1 if type(values) is int else values


@given(st.lists(VALUES, max_size=8), st.lists(VALUES, max_size=8))
def test_bytes_are_equal_where_values_and_types_are(one, other):
    assert (to_bytes(one) == to_bytes(other)) == (told(one) == told(other))


@given(st.lists(VALUES, max_size=8))
def test_which_objects_are_the_same_one_does_not_matter(values):
    shared = [value for value in values for _ in range(2)]
    apart = [fresh(value) for value in values for _ in range(2)]

    assert to_bytes(shared) == to_bytes(apart)


@pytest.mark.parametrize(
    "values",
    [
        ["a", "b"],
        ["a", None, float("nan")],
        [1.0, 2.0],
        [[1, 2.0], [3, 4.0]],
        [[1, None], [3, "x"]],
        [(2**40, 1.0), (1, 1.0)],
        [True, None],
        [{"a": [1, {2}]}, {}],
        [np.zeros(3), np.ones(6)[::2]],
        [],
    ],
)
def test_common_values_are_written_quickly(values):
    assert quick_bytes(values) == to_bytes(values)


@pytest.mark.parametrize(
    "values",
    [
        [dt.date(2020, 1, 1)],
        [1.0, decimal.Decimal(1)],
        [[1.0, 2.0], [1.0, np.float64(2.0)]],
        [[1.0, 2.0], [1.0, np.zeros(1)]],
        [np.array([None])],
        [np.zeros(2), np.zeros(3)],
        [np.zeros(2), np.zeros(2, "f4")],
        [np.zeros(2), 1.0],
        [np.ma.masked_array([1.0, 2.0], [True, False])],
        [memoryview(b"x")],
    ],
)
def test_what_has_a_memory_of_its_own_is_no_plain_value(values):
    assert quick_bytes(values) is None
    assert to_bytes(values) == to_bytes(list(values))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([np.array([1, 2])], [np.array([[1, 2]])]),
        ([np.array([1, 2])], [np.array([1, 2]).view("f8")]),
        ([np.int64(1)], [np.int64(1).view("f8")]),
        ([np.array(["a", None], dtype=object)], [np.array(["b", None], dtype=object)]),
        ([np.datetime64("2020", "Y")], [np.datetime64(50, "D")]),
        ([1, 18.0], [np.int64(1), 18.0]),
        (["1", "2"], ["1\x002", ""]),
        (["[\x01"], [1]),
    ],
)
def test_other_values_have_other_bytes(one, other):
    assert to_bytes(one) != to_bytes(other)


def test_arrays_of_objects_are_told_by_what_they_hold():
    one, other = (np.array([fresh("some text"), 2**70], dtype=object) for _ in range(2))

    assert to_bytes([one]) == to_bytes([other])


def test_arrays_are_equal_however_they_lie_in_memory():
    values = np.arange(12.0).reshape(3, 4)

    assert to_bytes([values]) == to_bytes([np.asfortranarray(values)])


def test_pieces_of_text_one_after_the_other_tell_where_each_ends():
    assert to_bytes(["x"]) + to_bytes(["ty"]) != to_bytes(["xt"]) + to_bytes(["y"])
