"""Takes data apart into tables and columns that can be read piece by piece, without a copy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from autolog.capture.kinds import is_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Rows: TypeAlias = slice | NDArray[np.intp]

WIDEST = 64
"""Columns of a frame that are read as one table."""


class Table(msgspec.Struct, frozen=True):
    """Values that are read where they lie in memory.

    Attributes:
        values: An array of any rank, with the rows first.
        columns: Name and type of each column of a frame; empty for what has no named columns.
        categories: What the values are the numbers of, if they stand for something.
        owners: Whatever keeps the memory alive.
    """

    values: NDArray[Any]
    columns: tuple[tuple[str, str], ...] = ()
    categories: list[Any] | None = None
    owners: tuple[object, ...] = ()

    @property
    def length(self) -> int:
        """The number of rows."""
        return len(self.values)

    def take(self, rows: Rows) -> NDArray[Any]:
        """Some rows; a slice is not copied."""
        return self.values[rows]


class Column(msgspec.Struct, frozen=True):
    """Values that have to be made ready, some rows at a time.

    Attributes:
        name: The column's name; empty for what is no column of a frame.
        dtype: The type of its values.
        length: The number of rows.
        take: Gives some rows, as an array or as a list of objects.
        cells: The number of objects in a row; 0 where `take` gives numbers.
        words: Gives a slice of rows as numbers that tell its values from others, where that takes
            no objects.
        missing: Tells of a slice of rows which are missing, where that takes no objects.
    """

    name: str
    dtype: str
    length: int
    take: Callable[[Rows], NDArray[Any] | list[Any]]
    cells: int = 0
    words: Callable[[slice], NDArray[np.uint64]] | None = None
    missing: Callable[[slice], NDArray[np.bool_]] | None = None


Part: TypeAlias = Table | Column


def array_part(array: NDArray[Any]) -> Part:
    """A NumPy array, of any rank."""
    import numpy as np

    # subclasses, such as masked arrays, have rules of their own for reductions and slices
    array = np.asarray(array)
    array = array.reshape(1) if array.ndim == 0 else array
    if is_of_numbers(array):
        return Table(array)
    cells = math.prod(array.shape[1:])
    return Column("", str(array.dtype), len(array), lambda rows: array[rows].tolist(), cells)


def is_of_numbers(array: NDArray[Any]) -> bool:
    """Whether the array's memory tells its values, as that of pointers does not."""
    return array.dtype.kind in "biufcmMSUV" and not array.dtype.hasobject


def sequence_part(rows: Sequence[Any], name: str = "") -> Column:
    """A list of scalars, of lists or of dictionaries."""
    first: Any = rows[0] if len(rows) else None
    if is_array(first):
        cells = max(1, first.size)
    else:
        cells = max(1, len(first)) if isinstance(first, list | tuple | dict) else 1

    def take(wanted: Rows) -> list[Any]:
        if isinstance(wanted, slice):
            piece = rows[wanted]
            return piece if type(piece) is list else list(piece)
        return [rows[row] for row in wanted.tolist()]

    return Column(name, type(rows).__name__, len(rows), take, cells)


def side_by_side(columns: Sequence[Table]) -> Iterator[Table]:
    """The same columns, with those that lie evenly in memory joined to tables, without a copy.

    One table of fifty columns is read faster than fifty columns whose values lie far apart.
    """
    group: list[Table] = []
    for column in columns:
        if group and not _continues(group, column):
            yield _joined(group)
            group = []
        group.append(column)
    if group:
        yield _joined(group)


def _continues(group: list[Table], column: Table) -> bool:
    first, last, new = group[0], group[-1].values, column.values
    if len(group) == WIDEST or first.categories is not None or column.categories is not None:
        return False
    if (new.dtype, new.strides, new.shape) != (last.dtype, last.strides, last.shape):
        return False
    if _memory(new) is not _memory(last):
        # A table across two pieces of memory spans what lies between them. Where NumPy puts a copy
        # of it there, it takes both to overlap, copies the table first, and so on for ever: the
        # process dies of it.
        return False
    step = _address(group[1].values) - _address(first.values) if len(group) > 1 else None
    return step is None or _address(new) - _address(last) == step


def _joined(group: list[Table]) -> Table:
    from numpy.lib.stride_tricks import as_strided

    if len(group) == 1:
        return group[0]
    first, second = group[0].values, group[1].values
    table = as_strided(
        first,
        shape=(len(first), len(group)),
        strides=(*first.strides, _address(second) - _address(first)),
        writeable=False,
    )
    names = tuple(name for column in group for name in column.columns)
    return Table(table, names, owners=tuple(column.values for column in group))


def _memory(array: Any) -> object:
    """What owns the memory of an array."""
    while is_array(array) and array.base is not None:
        array = array.base
    owner: object = array
    return owner


def _address(array: NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
