"""The columns of Polars, typed as MLflow types them in its data sets of Polars frames."""

from __future__ import annotations

from typing import Any

from autolog.capture.signature.column_types import (
    Anything,
    Array,
    ColumnType,
    Object,
    Property,
    Scalar,
)
from autolog.capture.signature.schema import ColumnSpec

_SCALARS = {
    "Binary": Scalar.BINARY,
    "Boolean": Scalar.BOOLEAN,
    "Categorical": Scalar.STRING,
    "Date": Scalar.DATETIME,
    "Datetime": Scalar.DATETIME,
    "Enum": Scalar.STRING,
    "Float32": Scalar.FLOAT,
    "Float64": Scalar.DOUBLE,
    "Int8": Scalar.INTEGER,
    "Int16": Scalar.INTEGER,
    "Int32": Scalar.INTEGER,
    "Int64": Scalar.LONG,
    "String": Scalar.STRING,
    "UInt8": Scalar.INTEGER,
    "UInt16": Scalar.INTEGER,
    "UInt32": Scalar.LONG,
}


def columns_of_frame(frame: Any) -> tuple[ColumnSpec, ...]:
    """The columns of a `DataFrame`."""
    return tuple(columns_of_series(frame[name])[0] for name in frame.columns)


def columns_of_series(series: Any) -> tuple[ColumnSpec, ...]:
    """The one column of a `Series`; in Polars' schemas it is required if it has any value."""
    # A series that was given no name has an empty one.
    name = series.name or None
    required = name is None or series.count() > 0
    return (ColumnSpec(_type(series.dtype), name, required),)


def _type(dtype: Any) -> ColumnType:
    name = type(dtype).__name__
    if name in {"Array", "List"}:
        return Array(_type(dtype.inner))
    if name == "Struct" and dtype.fields:
        return Object.of(Property(field.name, _type(field.dtype)) for field in dtype.fields)
    return _SCALARS.get(name, Anything.MIXED)
