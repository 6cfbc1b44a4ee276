"""Columns of text as the numbers that Arrow keeps them by, which takes no object per value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

_MISSING = -1
_WORD = 8


def words_of(column: Any) -> Callable[[slice], NDArray[np.uint64]] | None:
    """What gives some rows of a column of text as numbers; `None` if Arrow does not keep it.

    Args:
        column: A series of pandas or Polars, or a column of Arrow's.
    """
    if is_instance(column, "polars", "Series"):
        import polars as pl

        if column.dtype != pl.String:
            return None
        return lambda rows: _words(column[rows].to_arrow())
    if is_instance(column, "pandas", "Series", "Index"):
        if getattr(column.dtype, "storage", None) != "pyarrow":
            return None
        column = column.array.__arrow_array__()
    return (lambda rows: _words(column[rows])) if _is_text(column.type) else None


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    is_text = types.is_string(kind) or types.is_large_string(kind)
    return bool(is_text or getattr(types, "is_string_view", types.is_string)(kind))


def _words(rows: Any) -> NDArray[np.uint64]:
    """The lengths of texts, and their bytes in rows of eight; of a missing one the length is -1.

    The layout of Arrow's arrays of text: https://arrow.apache.org/docs/format/Columnar.html
    """
    import numpy as np
    import pyarrow as pa

    missing = None
    if rows.null_count:
        missing = np.asarray(rows.is_null())
        rows = rows.fill_null("")  # where a text is missing, there may be any bytes
    if rows.type != pa.large_string():
        rows = rows.cast(pa.large_string())
    array = rows.combine_chunks() if isinstance(rows, pa.ChunkedArray) else rows
    if isinstance(array, pa.ChunkedArray):  # what has no rows has no chunks
        return np.empty(0, np.uint64)
    _, ends, texts = array.buffers()
    offsets = np.frombuffer(ends, np.int64)[array.offset : array.offset + len(array) + 1]
    start, stop = int(offsets[0]), int(offsets[-1])
    lengths = np.diff(offsets)
    if missing is not None:
        lengths[missing] = _MISSING
    content = np.zeros(-(-(stop - start) // _WORD) * _WORD, np.uint8)
    if texts is not None:
        content[: stop - start] = np.frombuffer(texts, np.uint8)[start:stop]
    return np.concatenate([lengths.view(np.uint64), content.view(np.uint64)])
