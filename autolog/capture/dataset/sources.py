"""Which kinds of data are read, and the parts that each consists of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.capture.dataset.parts import (
    Column,
    Part,
    Table,
    array_part,
    is_of_numbers,
    sequence_part,
    side_by_side,
)
from autolog.capture.kinds import is_array, is_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from autolog.capture.dataset.excerpt import Excerpt
    from autolog.capture.dataset.parts import Rows

_SPARSE_ARRAYS = ("data", "indices", "indptr", "offsets", "coords", "rows")


def parts_of(data: Any) -> list[Part] | None:
    """What the data consist of; `None` where they are of a kind that is not known.

    Args:
        data: A frame or series of pandas or Polars, an Arrow table or array, a NumPy array, a
            sparse matrix, a list or tuple, or a dictionary of them.
    """
    for module, classes, read in _READERS:
        if is_instance(data, module, *classes):
            return read(data)
    return None


def _joined(parts: Iterable[Part]) -> list[Part]:
    return list(_with_neighbours(parts))


def _with_neighbours(parts: Iterable[Part]) -> Iterator[Part]:
    tables: list[Table] = []
    for part in parts:
        if isinstance(part, Table):
            tables.append(part)
        else:
            yield from side_by_side(tables)
            tables = []
            yield part
    yield from side_by_side(tables)


def _pandas_frame(frame: Any) -> list[Part]:
    return _joined(_pandas_column(str(name), column) for name, column in frame.items())


def _pandas_series(series: Any) -> list[Part]:
    return [_pandas_column("" if series.name is None else str(series.name), series)]


def _pandas_column(name: str, column: Any) -> Part:
    dtype = column.dtype
    described = ((name, str(dtype)),)
    if is_instance(dtype, "pandas", "CategoricalDtype"):
        codes = getattr(column, "array", column).codes
        return Table(codes, described, list(dtype.categories))
    if is_instance(dtype, "pandas", "DatetimeTZDtype"):
        return Table(column.to_numpy(dtype=f"M8[{dtype.unit}]"), described)
    if is_instance(dtype, "numpy", "dtype") or getattr(dtype, "storage", None) == "python":
        values = column.to_numpy()
        return Table(values, described) if is_of_numbers(values) else _objects(name, dtype, values)
    length = len(column)
    positioned = getattr(column, "iloc", column)
    missing = partial(_missing_rows, positioned)
    plain = getattr(dtype, "numpy_dtype", None)
    if plain is not None and plain.kind in "biuf":
        take = partial(_without_mask, positioned, plain)
        return Column(name, str(dtype), length, take, missing=missing)
    words = _words_of(column)
    return Column(
        name, str(dtype), length, lambda rows: positioned[rows].tolist(), 1, words, missing
    )


def _words_of(column: Any) -> Callable[[slice], NDArray[np.uint64]] | None:
    from autolog.capture.dataset.texts import words_of

    return words_of(column)


def _objects(name: str, dtype: Any, values: NDArray[Any]) -> Column:
    return Column(name, str(dtype), len(values), lambda rows: values[rows].tolist(), 1)


def _missing_rows(positioned: Any, rows: slice) -> NDArray[np.bool_]:
    missing = positioned[rows].isna()
    found: NDArray[np.bool_] = missing if is_array(missing) else missing.to_numpy()
    return found


def _without_mask(positioned: Any, plain: np.dtype[Any], rows: Rows) -> NDArray[Any]:
    """The values of a nullable column, with NaN for the missing ones.

    The column's own `to_numpy` exchanges the filters of warnings for a moment, which are those of
    all threads: the user's might lose a warning.
    """
    import numpy as np

    array = positioned[rows].array
    missing = array.isna()
    kept = getattr(array, "_data", None)
    if isinstance(kept, np.ndarray):
        present: NDArray[Any] = kept[~missing]
    else:
        present = array.__arrow_array__().drop_null().to_numpy()
    if not missing.any():
        return present.astype(plain, copy=False)
    values = np.full(len(array), np.nan)
    values[~missing] = present
    return values


def _polars_column(column: Any) -> Part:
    dtype = column.dtype
    if not (dtype.is_numeric() or dtype.is_temporal()) or dtype.is_decimal():
        return Column(
            column.name,
            str(dtype),
            len(column),
            lambda rows: column[rows].to_list(),
            1,
            _words_of(column),
        )
    column = column.to_physical()
    if not column.null_count() and column.n_chunks() == 1:
        return Table(column.to_numpy(), ((column.name, str(dtype)),))
    return Column(column.name, str(dtype), len(column), lambda rows: column[rows].to_numpy())


def _arrow_table(table: Any) -> list[Part]:
    named = zip(table.schema.names, table.columns, strict=True)
    return _joined(_arrow_column(name, column) for name, column in named)


def _arrow_column(name: str, column: Any) -> Part:
    """A column of Arrow's, which is read as it is where no value is missing."""
    dtype, length = column.type, len(column)
    chunks = column.chunks if hasattr(column, "chunks") else [column]
    try:
        plain = dtype.to_pandas_dtype()
        is_plain = dtype.bit_width >= 8 and len(chunks) == 1 and not column.null_count  # noqa: PLR2004 - bits of a byte
        values = chunks[0].to_numpy(zero_copy_only=True) if is_plain else None
    except (NotImplementedError, ValueError):  # what has no fixed width, or no plain array
        words = _words_of(column)
        return Column(name, str(dtype), length, lambda rows: _arrow_rows(column, rows), 1, words)
    if values is not None and is_of_numbers(values):
        return Table(values, ((name, str(dtype)),))
    if getattr(plain, "__module__", "") != "numpy":
        return Column(name, str(dtype), length, lambda rows: _arrow_rows(column, rows), 1)
    return Column(name, str(dtype), length, lambda rows: _arrow_numbers(column, rows))


def _arrow_rows(column: Any, rows: Any) -> list[Any]:
    found: list[Any]
    if isinstance(rows, slice):
        found = column[rows].to_pylist()
    else:
        found = [column[row].as_py() for row in rows.tolist()]
    return found


def _arrow_numbers(column: Any, rows: Any) -> NDArray[Any] | list[Any]:
    if not isinstance(rows, slice):
        return _arrow_rows(column, rows)
    piece = column[rows]
    if hasattr(piece, "combine_chunks"):
        piece = piece.combine_chunks()
    values: NDArray[Any] = piece.to_numpy(zero_copy_only=False)
    return values


def _sparse_parts(matrix: Any) -> list[Part]:
    """The arrays that a sparse matrix is kept in."""
    parts: list[Part] = [sequence_part([matrix.format, *matrix.shape], "shape")]
    if matrix.format == "dok":
        matrix = matrix.tocoo()  # it keeps its values in no arrays
    for name in _SPARSE_ARRAYS:
        found = getattr(matrix, name, None)
        arrays = found if isinstance(found, tuple) else (found,)
        parts += [array_part(array) for array in arrays if is_array(array)]
    return parts


def _dictionary_parts(data: dict[Any, Any]) -> list[Part] | None:
    parts: list[Part] = []
    for name, value in data.items():
        inner = None if isinstance(value, dict) else parts_of(value)
        if inner is None:
            return None
        parts += [sequence_part([str(name)], "key"), *inner]
    return parts


def _excerpt_parts(excerpt: Excerpt) -> list[Part]:
    return [sequence_part([*excerpt.shape], "shape"), *(parts_of(excerpt.rows) or ())]


_READERS: tuple[tuple[str, tuple[str, ...], Callable[[Any], list[Part] | None]], ...] = (
    ("numpy", ("ndarray",), lambda array: [array_part(array)]),
    ("pandas", ("DataFrame",), _pandas_frame),
    ("pandas", ("Series", "Index"), _pandas_series),
    ("scipy.sparse", ("spmatrix", "sparray"), _sparse_parts),
    ("polars", ("DataFrame",), lambda frame: _joined(map(_polars_column, frame.get_columns()))),
    ("polars", ("Series",), lambda series: [_polars_column(series)]),
    ("pyarrow", ("Table", "RecordBatch"), _arrow_table),
    ("pyarrow", ("Array", "ChunkedArray"), lambda array: [_arrow_column("", array)]),
    ("builtins", ("list", "tuple"), lambda rows: [sequence_part(rows)]),
    ("builtins", ("dict",), _dictionary_parts),
    ("autolog.capture.dataset.excerpt", ("Excerpt",), _excerpt_parts),
)
