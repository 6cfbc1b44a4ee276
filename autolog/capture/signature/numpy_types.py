"""What MLflow calls the types of NumPy in columns."""

from __future__ import annotations

from typing import Any

from autolog.capture.signature.column_types import Anything, ColumnType, Scalar

_KINDS: dict[str, ColumnType] = {
    "b": Scalar.BOOLEAN,
    "M": Scalar.DATETIME,
    "S": Scalar.BINARY,
    "U": Scalar.STRING,
}
_NUMBERS: dict[tuple[str, int], ColumnType] = {
    **dict.fromkeys([("i", 1), ("i", 2), ("i", 4), ("u", 1), ("u", 2)], Scalar.INTEGER),
    **dict.fromkeys([("i", 8), ("u", 4)], Scalar.LONG),
    **dict.fromkeys([("f", 2), ("f", 4)], Scalar.FLOAT),
    ("f", 8): Scalar.DOUBLE,
}


def column_type_of(dtype: Any) -> ColumnType:
    """The type of a column or an element, by the `kind` and `itemsize` of a dtype.

    A type without a name, such as an unsigned number of 64 bits or a span of time, is `MIXED`.

    Args:
        dtype: A dtype of NumPy, or of pandas that has the two attributes; not for objects.
    """
    size = getattr(dtype, "itemsize", 0)
    return _NUMBERS.get((dtype.kind, size), _KINDS.get(dtype.kind, Anything.MIXED))
