"""Rows of a data set: how many there are, and some of them, whatever kind of data it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.sparse_rows import first_sparse_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

_GOLDEN_RATIO = 0.6180339887498949


def as_rows(data: Any) -> Any:
    """The data as they are; or the array that they can be made, if they are good for nothing else.

    NumPy takes any object that has `__array__` or `__array_interface__`, and so do many models.
    """
    if not isinstance(data, memoryview):
        is_for_numpy = hasattr(data, "__array__") or hasattr(data, "__array_interface__")
        if not is_for_numpy or hasattr(data, "shape") or hasattr(data, "__len__"):
            return data
    import numpy as np

    return np.asarray(data)


def has_rows(data: Any) -> bool:
    """Whether the data are of a kind whose rows can be counted, as those of a generator cannot."""
    if isinstance(data, dict):
        return all(map(has_rows, data.values()))
    return bool(getattr(data, "shape", None)) or hasattr(data, "__len__")


def count_rows(data: Any) -> int:
    """The number of rows of an array, a frame, a sparse matrix, a sequence, or equal columns."""
    if isinstance(data, dict):
        return max(map(count_rows, data.values()), default=0)
    shape = getattr(data, "shape", None)
    return int(shape[0]) if shape else len(data)


def take_rows(data: Any, rows: NDArray[np.intp]) -> Any:
    """Some rows, as data of the same kind.

    Args:
        data: An array, a frame, a sparse matrix, a sequence, a dictionary of these, or `None`.
        rows: Positions, ascending.
    """
    if data is None:
        return None
    if isinstance(data, dict):
        return {name: take_rows(column, rows) for name, column in data.items()}
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    if hasattr(data, "tocsr"):
        # The only common format of which rows can be taken; CSR data are not converted.
        return data.tocsr()[rows]
    if hasattr(data, "shape"):
        return data[rows]
    return [data[row] for row in rows]


def first_rows(data: Any, count: int = 5) -> Any:
    """The first rows as data of the same kind, which later changes of the user's do not reach.

    Takes the time and the memory of these rows, however many follow; only sparse formats that do
    not store rows together are searched as a whole. Objects other than lists, tuples, dictionaries
    and arrays are not copied.

    Args:
        data: A frame or series of pandas or Polars, an Arrow table or array, an array, a sparse
            matrix, a list or tuple, a dictionary of these, or `None`.
        count: How many rows, unless there are fewer.

    Returns:
        The rows; `None` for data of another kind, such as a generator or a query yet to be run.
    """
    for module, classes, first in _FIRST_ROWS:
        if is_instance(data, module, *classes):
            return first(data, count)
    array = as_rows(data)
    return None if array is data else _first_of_array(array, count)


def spread_rows(total: int, count: int) -> NDArray[np.intp]:
    """Positions of `count` of `total` rows, the same at each call.

    One is taken from each of `count` equal stretches, at a place that moves by the golden ratio,
    so that data with a period of their own are met evenly too. No random numbers are drawn.
    """
    import numpy as np

    if count >= total:
        return np.arange(total)
    ends = np.arange(count + 1) * total // count
    places = np.arange(count) * _GOLDEN_RATIO % 1.0
    return ends[:-1] + (places * np.diff(ends)).astype(np.intp)


def read_only(data: Any) -> Any:
    """The same data, as a view through which an array cannot be changed."""
    import numpy as np

    if not isinstance(data, np.ndarray):
        return data
    view = data.view()
    view.flags.writeable = False
    return view


def _first_of_array(array: Any, count: int) -> Any:
    return _independent(array[:count] if array.ndim else array)


def _first_of_frame(frame: Any, count: int) -> Any:
    rows = _first_of_column(frame, count)
    for place, dtype in enumerate(rows.dtypes):
        if dtype.kind == "O":
            rows.isetitem(place, _independent_column(rows.iloc[:, place]))
    return rows


def _first_of_series(series: Any, count: int) -> Any:
    return _independent_column(_first_of_column(series, count))


def _first_of_column(column: Any, count: int) -> Any:
    # Taking by positions copies, with Arrow's memory too, of which a slice would keep all.
    return column.take(list(range(min(count, len(column)))))


def _independent_column(column: Any) -> Any:
    if not is_instance(column.dtype, "numpy", "dtype") or column.dtype.kind != "O":
        return column
    values = _independent(column.to_numpy())
    return type(column)(values, index=column.index, name=column.name, dtype=object)


def _first_of_polars(data: Any, count: int) -> Any:
    return data[list(range(min(count, len(data))))]


def _first_of_arrow(data: Any, count: int) -> Any:
    # The slice shares the memory of the whole, from which `take` frees it.
    return _first_of_column(data.slice(0, count), count)


def _first_of_sequence(rows: Any, count: int) -> Any:
    return _independent(rows[:count])


def _first_of_dict(columns: Any, count: int) -> Any:
    rows = {name: first_rows(column, count) for name, column in columns.items()}
    return {name: columns[name] if first is None else first for name, first in rows.items()}


_FIRST_ROWS: tuple[tuple[str, tuple[str, ...], Callable[[Any, int], Any]], ...] = (
    ("numpy", ("ndarray",), _first_of_array),
    ("pandas", ("DataFrame",), _first_of_frame),
    ("pandas", ("Series",), _first_of_series),
    ("pandas", ("Index",), _first_of_column),
    ("scipy.sparse", ("spmatrix", "sparray"), first_sparse_rows),
    ("polars", ("DataFrame", "Series"), _first_of_polars),
    ("pyarrow", ("Table", "RecordBatch", "Array", "ChunkedArray"), _first_of_arrow),
    ("builtins", ("list", "tuple"), _first_of_sequence),
    ("builtins", ("dict",), _first_of_dict),
)


def _independent(value: Any) -> Any:
    """A copy of a list, a dictionary or an array with all that it holds; anything else as it is."""
    if is_array(value):
        import numpy as np

        copy = value.copy()
        if copy.dtype == object:
            for place in np.ndindex(copy.shape):
                copy[place] = _independent(copy[place])
        return copy
    if isinstance(value, dict):
        return {key: _independent(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = map(_independent, value)
        return tuple(items) if isinstance(value, tuple) else list(items)
    return value
