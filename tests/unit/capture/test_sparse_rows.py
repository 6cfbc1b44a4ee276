"""The first rows of sparse matrices of every format."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from packaging.version import Version

from autolog.capture.sparse_rows import first_sparse_rows

arrays_of_one_axis = pytest.mark.skipif(
    Version(scipy.__version__) < Version("1.13"),
    reason="SciPy has sparse arrays of one axis since 1.13",
)

FORMATS = ["bsr", "coo", "csc", "csr", "dia", "dok", "lil"]
VALUES = np.random.default_rng(0).integers(0, 2, (9, 6)) * np.arange(1.0, 55.0).reshape(9, 6)


def made(name, values=VALUES):
    if name == "bsr_array":
        return scipy.sparse.bsr_array(values, blocksize=(3, 2))
    return getattr(scipy.sparse, name)(values)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9, 20])
@pytest.mark.parametrize("family", ["array", "matrix"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_first_rows_come_in_the_format_of_the_matrix(form, family, count):
    matrix = made(f"{form}_{family}")

    rows = first_sparse_rows(matrix, count)

    assert type(rows) is type(matrix)
    assert rows.dtype == matrix.dtype
    assert np.array_equal(rows.toarray(), VALUES[:count])


@pytest.mark.parametrize("form", FORMATS)
def test_a_change_of_the_matrix_does_not_reach_the_rows(form):
    matrix = made(f"{form}_array")
    rows = first_sparse_rows(matrix, 5)

    if form == "dok":
        for place in list(matrix.keys()):
            matrix[place] = -1.0
    elif form == "lil":
        for row in matrix.data:
            row[:] = [-1.0] * len(row)
    else:
        matrix.data[:] = -1.0

    assert np.array_equal(rows.toarray(), VALUES[:5])


@pytest.mark.parametrize("offsets", [[-8, 0, 5], [0], [-1, 2], [-8]])
def test_diagonals_that_do_not_cross_the_rows_are_left_out(offsets):
    diagonals = [np.arange(1.0, 10.0 - abs(offset)) for offset in offsets]
    matrix = scipy.sparse.dia_array(scipy.sparse.diags(diagonals, offsets, shape=(9, 9)))

    rows = first_sparse_rows(matrix, 3)

    assert np.array_equal(rows.toarray(), matrix.toarray()[:3])


def test_entries_in_any_order_are_found():
    order = np.random.default_rng(1).permutation(VALUES.size)
    places = np.unravel_index(order, VALUES.shape)
    matrix = scipy.sparse.coo_array((VALUES[places], places), shape=VALUES.shape)

    rows = first_sparse_rows(matrix, 4)

    assert np.array_equal(rows.toarray(), VALUES[:4])


@arrays_of_one_axis
def test_a_sparse_array_of_one_axis_has_rows_too():
    matrix = scipy.sparse.coo_array(np.array([0.0, 3.0, 0.0, 4.0]))

    rows = first_sparse_rows(matrix, 2)

    assert rows.toarray().tolist() == [0.0, 3.0]


@pytest.mark.parametrize("form", ["bsr", "coo", "csc", "csr", "dia"])
def test_no_copy_of_the_whole_is_made(form):
    count = 2_000_000
    ones, places = np.ones(count), np.arange(count)
    matrix = scipy.sparse.coo_array((ones, (places, places % 50)), shape=(count, 50))
    if form == "dia":
        matrix = scipy.sparse.dia_array(([ones], [0]), shape=(count, count))
    matrix = matrix.asformat(form)

    tracemalloc.start()
    rows = first_sparse_rows(matrix, 5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert rows.shape[0] == 5
    assert peak < ones.nbytes / 4
