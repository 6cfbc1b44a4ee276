"""Rows of any kind of data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, strategies as st

from autolog.capture.rows import count_rows, read_only, spread_rows, take_rows

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
