"""The types of columns that hold Python objects, told by the values themselves."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.signature.column_types import (
    Anything,
    Array,
    ColumnType,
    Object,
    Property,
    Scalar,
    merged_all,
)
from autolog.capture.signature.numpy_types import column_type_of

if TYPE_CHECKING:
    from collections.abc import Collection

_SCALARS: dict[type, Scalar] = {
    bool: Scalar.BOOLEAN,
    int: Scalar.LONG,
    float: Scalar.DOUBLE,
    str: Scalar.STRING,
    bytes: Scalar.BINARY,
    bytearray: Scalar.BINARY,
    dt.date: Scalar.DATETIME,
    dt.datetime: Scalar.DATETIME,
}
_PLAIN_TYPES = frozenset({*_SCALARS, type(None)})
_MISSING_TYPES = frozenset({"NoneType", "NAType", "NaTType"})


def any_missing(values: Collection[Any]) -> bool:
    """Whether any value is `None`, the missing value of pandas, or NaN as a Python number."""
    kinds = set(map(type, values))
    if any(kind.__name__ in _MISSING_TYPES for kind in kinds):
        return True
    return any(issubclass(kind, float) for kind in kinds) and any(map(_is_missing, values))


def type_of_items(values: Collection[Any]) -> ColumnType | None:
    """The type that all values have in common; `None` if they are empty arrays, or none at all."""
    kinds = set(map(type, values))
    if kinds and kinds <= _PLAIN_TYPES:
        return _type_of_scalars(values, kinds)
    types = [kind for value in values if (kind := type_of_value(value)) is not None]
    return merged_all(types) if types else None


def type_of_value(value: Any) -> ColumnType | None:
    """The type of one value; `None` for an empty array, which tells nothing of its like."""
    if _is_missing(value):
        return Anything.UNKNOWN
    if isinstance(value, dict):
        return _type_of_dict(value)
    if isinstance(value, list | tuple):
        return _array_of(type_of_items(value)) if value else Anything.UNKNOWN
    if is_array(value):
        return _type_of_array(value)
    if is_instance(value, "numpy", "generic"):
        return column_type_of(value.dtype)
    # `bool` comes before `int`, whose subclass it is.
    return next(
        (name for kind, name in _SCALARS.items() if isinstance(value, kind)), Anything.MIXED
    )


def _type_of_scalars(values: Collection[Any], kinds: set[type]) -> ColumnType:
    """The type of values that are of no other classes than these plain ones; quick for millions."""
    if float in kinds and all(math.isnan(value) for value in values if type(value) is float):
        kinds = kinds - {float}
    return merged_all(_SCALARS[kind] for kind in kinds if kind in _SCALARS)


def _type_of_dict(value: dict[Any, Any]) -> ColumnType:
    if not value:
        return Anything.UNKNOWN
    # An empty array is of some type: there is no other one of its key that could tell.
    types = {str(key): type_of_value(item) or Anything.MIXED for key, item in value.items()}
    return Object.of(
        Property(name, kind, required=kind is not Anything.UNKNOWN) for name, kind in types.items()
    )


def _type_of_array(array: Any) -> ColumnType | None:
    if not array.ndim:
        return type_of_value(array.item())
    if not array.size:
        return None
    if array.dtype.hasobject:
        return _array_of(type_of_items(array.tolist()))
    kind: ColumnType = column_type_of(array.dtype)
    if kind is Scalar.DOUBLE and all(map(math.isnan, array.flat)):
        kind = Anything.UNKNOWN
    for _ in array.shape:
        kind = Array(kind)
    return kind


def _array_of(items: ColumnType | None) -> ColumnType | None:
    return None if items is None else Array(items)


def _is_missing(value: object) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in _MISSING_TYPES
