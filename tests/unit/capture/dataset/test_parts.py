"""Columns that lie evenly in one piece of memory are read as one table."""

from __future__ import annotations

import numpy as np

from autolog.capture.dataset.parts import Table, side_by_side


def columns_of(arrays):
    return [Table(array, ((str(place), "float64"),)) for place, array in enumerate(arrays)]


def test_columns_of_one_piece_of_memory_are_one_table():
    block = np.arange(300.0).reshape(3, 100)

    (table,) = side_by_side(columns_of(block))

    assert np.array_equal(table.values, block.T)
    assert [name for name, _ in table.columns] == ["0", "1", "2"]


def test_columns_of_several_pieces_of_memory_are_left_apart():
    """A table across them would span what lies between, where NumPy may put the copy of it.

    It takes both to overlap then, copies the table first, and so on until the process dies.
    """
    block = np.arange(300.0).reshape(3, 100)

    tables = list(side_by_side(columns_of([column.copy() for column in block])))

    assert [table.values.shape for table in tables] == [(100,)] * 3
