"""Rows of any kind of data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from hypothesis import given, strategies as st

from autolog.capture.rows import (
    as_rows,
    count_rows,
    first_rows,
    has_rows,
    read_only,
    spread_rows,
    take_rows,
)

VALUES = np.arange(20.0).reshape(10, 2)
ROWS = np.array([0, 3, 9])


@pytest.mark.parametrize(
    "data",
    [
        VALUES,
        VALUES.tolist(),
        pd.DataFrame(VALUES, index=range(100, 110)),
        scipy.sparse.csr_array(VALUES),
        scipy.sparse.coo_array(VALUES),
        scipy.sparse.csc_matrix(VALUES),
    ],
    ids=lambda data: type(data).__name__,
)
def test_rows_are_counted_and_taken_by_position(data):
    taken = take_rows(data, ROWS)

    dense = taken.toarray() if hasattr(taken, "toarray") else np.asarray(taken)
    assert count_rows(data) == 10
    assert np.array_equal(dense, VALUES[ROWS])


class WithArray:
    """What NumPy can make an array of, and nobody else can use."""

    def __array__(self, dtype=None, copy=None):
        return VALUES


class WithInterface:
    """... by the protocol of old."""

    __array_interface__ = VALUES.__array_interface__


@pytest.mark.parametrize(
    "data",
    [WithArray(), WithInterface(), memoryview(VALUES)],
    ids=["method", "interface", "memory"],
)
def test_what_is_an_array_to_numpy_alone_is_one_to_us(data):
    array = as_rows(data)

    assert np.array_equal(array, VALUES)
    assert np.array_equal(first_rows(data, 3), VALUES[:3])


@pytest.mark.parametrize("data", [VALUES, VALUES.tolist(), pd.Series(VALUES[:, 0]), None, "text"])
def test_all_other_data_are_taken_as_they_are(data):
    assert as_rows(data) is data


def test_columns_in_a_dictionary_have_their_rows():
    columns = {"a": VALUES[:, 0], "b": VALUES[:, 1].tolist()}

    taken = take_rows(columns, ROWS)

    assert has_rows(columns)
    assert count_rows(columns) == 10
    assert {name: list(column) for name, column in taken.items()} == {
        "a": [0.0, 6.0, 18.0],
        "b": [1.0, 7.0, 19.0],
    }


@pytest.mark.parametrize("data", [iter([1]), None, np.float64(3.0), {"a": 3}])
def test_some_data_have_no_rows_that_can_be_counted(data):
    assert not has_rows(data)


def test_rows_of_nothing_are_nothing():
    assert take_rows(None, ROWS) is None


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_spread_rows_are_distinct_ascending_and_within_the_data(total, count):
    rows = spread_rows(total, count)

    assert len(rows) == min(count, total)
    assert (np.diff(rows) > 0).all()
    assert rows[0] >= 0
    assert rows[-1] < total


@pytest.mark.parametrize("period", [2, 3, 5, 10])
def test_spread_rows_meet_every_class_of_data_in_a_cycle(period):
    rows = spread_rows(30_000, 3_000)

    counts = np.bincount(rows % period, minlength=period)

    assert counts.min() > 0.9 * 3_000 / period


def test_a_read_only_view_shares_the_memory_and_leaves_the_array_writeable():
    data = np.zeros(3)

    view = read_only(data)

    assert np.shares_memory(view, data)
    assert not view.flags.writeable
    assert data.flags.writeable


def test_other_data_are_passed_on_as_they_are():
    data = [1, 2]

    assert read_only(data) is data


FRAME = pd.DataFrame(
    {
        "number": np.arange(9.0),
        "text": [f"text {number}" for number in range(9)],
        "object": pd.Series([1, None, *range(7)], dtype=object),
        "kind": pd.Categorical(["x", None, "y"] * 3),
        "nullable": pd.array([1, None, 3] * 3, "Int64"),
        "arrow": pd.array(["x", None, "y"] * 3, pd.ArrowDtype(pa.string())),
    },
    index=pd.Index(range(100, 109), name="key"),
)


def test_the_first_rows_of_a_frame_are_a_frame_with_the_same_types():
    rows = first_rows(FRAME)

    pd.testing.assert_frame_equal(rows, FRAME.iloc[:5])


@pytest.mark.parametrize("name", FRAME.columns)
def test_the_first_rows_of_a_series_are_a_series_of_the_same_type(name):
    rows = first_rows(FRAME[name], 3)

    pd.testing.assert_series_equal(rows, FRAME[name].iloc[:3])


def test_the_first_rows_of_an_index_are_an_index():
    levels = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])

    assert first_rows(FRAME.index, 2).equals(FRAME.index[:2])
    assert first_rows(levels, 1).equals(levels[:1])


@pytest.mark.parametrize(
    "array",
    [
        np.arange(9),
        np.zeros((9, 2, 3), dtype="float16"),
        np.asfortranarray(VALUES),
        np.array(["x", "longer"]),
        np.array(["2024-01-01"], dtype="datetime64[D]"),
        np.array(1.5),
        np.zeros((0, 4)),
    ],
    ids=str,
)
def test_the_first_rows_of_an_array_are_an_array_of_their_own(array):
    rows = first_rows(array)

    assert rows.dtype == array.dtype
    assert np.array_equal(rows, array[:5] if array.ndim else array)
    assert not np.shares_memory(rows, array)


@pytest.mark.parametrize(
    "data",
    [
        pl.DataFrame({"a": range(9), "b": [str(number) for number in range(9)]}),
        pl.Series("a", range(9)),
    ],
    ids=lambda data: type(data).__name__,
)
def test_the_first_rows_of_polars_data_are_polars_data(data):
    assert first_rows(data).equals(data.head(5))
    assert first_rows(data, 20).equals(data)


@pytest.mark.parametrize(
    "data",
    [
        pa.table({"a": range(9)}),
        pa.record_batch({"a": range(9)}),
        pa.array(range(9)),
        pa.chunked_array([[0, 1, 2], [3, 4, 5, 6]]),
    ],
    ids=lambda data: type(data).__name__,
)
def test_the_first_rows_of_arrow_data_are_arrow_data(data):
    rows = first_rows(data)

    assert rows.equals(data.slice(0, 5))
    assert type(rows) is type(data)
    assert rows.get_total_buffer_size() < 100


def test_the_first_rows_of_a_sparse_matrix_stay_sparse():
    rows = first_rows(scipy.sparse.coo_matrix(VALUES), 2)

    assert isinstance(rows, scipy.sparse.coo_matrix)
    assert np.array_equal(rows.toarray(), VALUES[:2])


def test_the_first_rows_of_sequences_and_dictionaries_are_such():
    assert first_rows(list(range(9))) == [0, 1, 2, 3, 4]
    assert first_rows(((1, 2), (3, 4)), 1) == ((1, 2),)
    assert first_rows({"a": [1, 2, 3], "b": "text", "c": 7}, 2) == {
        "a": [1, 2],
        "b": "text",
        "c": 7,
    }
    assert first_rows({"a": VALUES}, 2)["a"].tolist() == VALUES[:2].tolist()


def test_what_has_no_rows_to_take_gives_none_and_is_not_used_up():
    generator = iter([1, 2])

    assert first_rows(generator) is None
    assert list(generator) == [1, 2]
    assert first_rows(None) is None
    assert first_rows("a text") is None
    assert first_rows(pl.LazyFrame({"a": [1]})) is None


def test_a_change_of_an_array_does_not_reach_the_rows():
    array = np.zeros((9, 2))
    rows = first_rows(array)

    array[:] = 1

    assert not rows.any()


def test_a_change_of_a_frame_does_not_reach_the_rows():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [[1], [2]]})
    rows = first_rows(frame)

    frame.loc[:, "a"] = -1.0
    frame["b"][0].append(-1)

    assert rows.to_dict("list") == {"a": [1.0, 2.0], "b": [[1], [2]]}


def test_a_change_within_nested_data_does_not_reach_the_rows():
    inner = np.zeros(2)
    objects = np.empty(2, dtype=object)
    objects[:] = [[1], {"a": inner}]
    nested = [[1, [2]], {"a": [3]}, (inner,), objects]
    rows = first_rows(nested)

    nested[0][1].append(-1)
    nested[1]["a"].append(-1)
    inner[:] = -1
    objects[0].append(-1)

    assert rows[:2] == [[1, [2]], {"a": [3]}]
    assert rows[2][0].tolist() == [0, 0]
    assert rows[3][0] == [1]
    assert rows[3][1]["a"].tolist() == [0, 0]
