"""The schemas of plain Python data: lists, dictionaries and scalars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array
from autolog.capture.signature.column_types import Anything, ColumnType, Scalar
from autolog.capture.signature.schema import ColumnSpec
from autolog.capture.signature.tensors import tensor_of
from autolog.capture.signature.values import any_missing, type_of_items, type_of_value
from autolog.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.capture.signature.schema import Specs


def specs_of(data: Any) -> Specs:
    """The columns of a list, a tuple, a dictionary of columns or of arrays, or a scalar.

    Raises:
        SchemaError: The data are of another kind.
    """
    if isinstance(data, dict):
        return _specs_of_dict(data)
    if isinstance(data, list | tuple):
        return _columns_of_rows(data)
    return (ColumnSpec(_type_of_scalar(data)),)


def _specs_of_dict(data: dict[Any, Any]) -> Specs:
    if all(map(is_array, data.values())):
        return tuple(tensor_of(array, name) for name, array in data.items())
    return tuple(
        ColumnSpec(_known(type_of_value(value)), name, required=not _is_missing_in(value))
        for name, value in data.items()
    )


def _columns_of_rows(rows: Sequence[Any]) -> tuple[ColumnSpec, ...]:
    if not rows:
        return (ColumnSpec(Scalar.STRING),)
    if not all(isinstance(row, dict) for row in rows):
        return (ColumnSpec(_known(type_of_items(rows))),)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row[name] for row in rows if name in row] for name in names}
    return tuple(
        ColumnSpec(
            _known(type_of_items(values)),
            name,
            required=len(values) == len(rows) and all(value is not None for value in values),
        )
        for name, values in columns.items()
    )


def _type_of_scalar(value: Any) -> ColumnType:
    kind = type_of_value(value)
    if kind is Anything.MIXED:
        raise SchemaError(
            f"Data of type {type(value).__qualname__} have no schema; pass a frame, an array, a "
            "sparse matrix, a list or a dictionary."
        )
    return _known(kind)


def _is_missing_in(value: Any) -> bool:
    return any_missing(value if isinstance(value, list) else [value])


def _known(kind: ColumnType | None) -> ColumnType:
    """The type, or what stands for it where empty arrays did not tell."""
    return kind or Anything.MIXED
