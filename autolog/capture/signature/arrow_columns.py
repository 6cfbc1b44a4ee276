"""The columns of Arrow tables, typed as the same data would be in pandas."""

from __future__ import annotations

import re
from typing import Any

from autolog.capture.signature.column_types import (
    Anything,
    Array,
    ColumnType,
    Map,
    Object,
    Property,
    Scalar,
)
from autolog.capture.signature.schema import ColumnSpec

_SCALARS = {
    **dict.fromkeys(["binary", "binary_view", "fixed_size_binary", "large_binary"], Scalar.BINARY),
    **dict.fromkeys(["date32", "date64", "timestamp"], Scalar.DATETIME),
    **dict.fromkeys(["float", "halffloat"], Scalar.FLOAT),
    **dict.fromkeys(["int8", "int16", "int32", "uint8", "uint16"], Scalar.INTEGER),
    **dict.fromkeys(["int64", "uint32"], Scalar.LONG),
    **dict.fromkeys(["large_string", "string", "string_view"], Scalar.STRING),
    "bool": Scalar.BOOLEAN,
    "double": Scalar.DOUBLE,
}
_LISTS = {"fixed_size_list", "large_list", "large_list_view", "list", "list_view"}
_NAME_ENDS = r"\W"


def columns_of_table(table: Any) -> tuple[ColumnSpec, ...]:
    """The columns of a `Table` or a `RecordBatch`."""
    columns = zip(table.schema.names, table.columns, strict=True)
    return tuple(
        ColumnSpec(_type(column.type), name, required=column.null_count == 0)
        for name, column in columns
    )


def columns_of_array(array: Any) -> tuple[ColumnSpec, ...]:
    """The one column of an `Array` or a `ChunkedArray`, which has no name."""
    return (ColumnSpec(_type(array.type)),)


def _type(arrow: Any) -> ColumnType:
    # A type is written with its parameters after its name, as in `timestamp[us, tz=UTC]`.
    name = re.split(_NAME_ENDS, str(arrow), maxsplit=1)[0]
    if name == "dictionary":
        return _type(arrow.value_type)
    if name == "struct" and arrow.num_fields:
        fields = [arrow.field(place) for place in range(arrow.num_fields)]
        return Object.of(Property(field.name, _type(field.type)) for field in fields)
    if name == "map" and _type(arrow.key_type) is Scalar.STRING:
        return Map(_type(arrow.item_type))
    if name in _LISTS:
        return Array(_type(arrow.value_type))
    return _SCALARS.get(name, Anything.MIXED)
