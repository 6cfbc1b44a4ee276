"""The columns of pandas, typed as MLflow types them."""

from __future__ import annotations

import math
from typing import Any

from autolog.capture.kinds import is_instance
from autolog.capture.signature.column_types import Anything, ColumnType, Scalar
from autolog.capture.signature.numpy_types import column_type_of
from autolog.capture.signature.schema import ColumnSpec, Name
from autolog.capture.signature.values import any_missing, type_of_items


def columns_of_frame(frame: Any) -> tuple[ColumnSpec, ...]:
    """The columns of a `DataFrame`."""
    return tuple(_spec(_plain(name), column) for name, column in frame.items())


def columns_of_series(series: Any) -> tuple[ColumnSpec, ...]:
    """The one column of a `Series` or an `Index`."""
    return (_spec(_plain(series.name), series),)


def _spec(name: Name, column: Any) -> ColumnSpec:
    # MLflow refuses a column that has no name and may be missing.
    return ColumnSpec(_type(column), name, required=name is None or not _has_missing(column))


def _type(column: Any) -> ColumnType:
    if column.dtype == object:
        column = column.infer_objects()
    if column.dtype.kind != "O":
        return column_type_of(column.dtype)
    if not len(column):
        return _type_of_nothing(column)
    is_categorical = is_instance(column.dtype, "pandas", "CategoricalDtype")
    values = _categories(column) if is_categorical else column.to_list()
    return type_of_items(values) or Anything.MIXED


def _type_of_nothing(column: Any) -> ColumnType:
    from pandas.api.types import is_string_dtype

    return Scalar.STRING if is_string_dtype(column) else Anything.UNKNOWN


def _categories(column: Any) -> list[Any]:
    """The categories that do occur, and `None`, which is of any type."""
    import numpy as np

    codes = np.unique(getattr(column, "cat", column).codes)
    return [*column.dtype.categories[codes[codes >= 0]], None]


def _has_missing(column: Any) -> bool:
    """Whether a value of the column is missing, in one quick pass where the dtype allows that."""
    dtype = column.dtype
    if not is_instance(dtype, "numpy", "dtype"):
        return bool(column.isna().any())
    if dtype.kind == "f":
        # The smallest of numbers among which there is a NaN is NaN.
        return bool(len(column)) and math.isnan(column.to_numpy().min())
    if dtype.kind == "O":
        return any_missing(column.to_list())
    return dtype.kind in "mMc" and bool(column.isna().any())


def _plain(name: Any) -> Name:
    """The name as JSON can say it, where it can; pandas may keep `None` as NaN."""
    if isinstance(name, tuple):
        return tuple(map(_plain, name))
    plain: Name = name.item() if is_instance(name, "numpy", "generic") else name
    return None if isinstance(plain, float) and math.isnan(plain) else plain
