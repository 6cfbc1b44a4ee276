"""What matrices were made from."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from autolog.capture.boosting.remembered import RememberedData


class Matrix:
    """A library's matrix, which says that it equals everything and cannot be hashed."""

    __hash__ = None

    def __eq__(self, other):
        return True


@pytest.fixture
def remembered():
    return RememberedData()


def test_the_first_rows_are_copied_and_the_rest_is_found_again(remembered):
    matrix, data, targets = Matrix(), np.arange(30.0).reshape(10, 3), np.arange(10.0)

    remembered.remember(matrix, data, targets, {"missing": -1})

    found = remembered.find(matrix)
    assert np.array_equal(found.rows, data[:5])
    assert not np.shares_memory(found.rows, data)
    assert found.data is data
    assert found.targets is targets
    assert found.details == {"missing": -1}


def test_a_matrix_is_known_by_its_identity(remembered):
    matrix = Matrix()
    remembered.remember(matrix, np.zeros((3, 2)))

    assert remembered.find(Matrix()) is None


def test_a_frame_is_remembered_as_a_frame(remembered):
    matrix, frame = Matrix(), pd.DataFrame({"a": range(9), "b": list("abcdefghi")})

    remembered.remember(matrix, frame)

    found = remembered.find(matrix)
    pd.testing.assert_frame_equal(found.rows, frame[:5])
    assert found.data is frame


def test_data_whose_first_rows_have_changed_are_others(remembered):
    matrix, data = Matrix(), np.zeros((10, 3))
    remembered.remember(matrix, data)

    data[2, 1] = 1

    found = remembered.find(matrix)
    assert found.data is None
    assert not found.rows.any()


def test_nothing_is_kept_alive(remembered):
    matrix, data, targets = Matrix(), np.zeros((10, 3)), np.zeros(10)
    remembered.remember(matrix, data, targets)
    found = remembered.find(matrix)
    gone = [weakref.ref(one) for one in (matrix, data, targets)]

    del matrix, data, targets
    gc.collect()

    assert [reference() for reference in gone] == [None, None, None]
    assert (found.data, found.targets) == (None, None)


def test_of_a_list_the_rows_are_remembered(remembered):
    matrix = Matrix()

    remembered.remember(matrix, [[1.0], [2.0]], [0, 1])

    found = remembered.find(matrix)
    assert found.rows == [[1.0], [2.0]]
    assert (found.data, found.targets) == (None, None)


def test_of_data_of_an_unknown_kind_there_are_no_rows(remembered):
    matrix, data = Matrix(), Matrix()

    remembered.remember(matrix, data)

    assert remembered.find(matrix).rows is None


def test_rows_may_be_all_that_there_ever_was(remembered):
    matrix, rows = Matrix(), np.zeros((5, 3))

    remembered.remember_rows(matrix, rows, {"missing": 0})

    found = remembered.find(matrix)
    assert found.rows is rows
    assert found.data is None
    assert found.details == {"missing": 0}
