"""Schemas of data as MLflow infers them, of more kinds of data than it knows."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, TypeAlias

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.signature.column_types import Anything, ColumnType, Scalar
from autolog.capture.signature.numpy_types import tensor_of
from autolog.capture.signature.schema import ColumnSpec, Schema, Signature, TensorSpec
from autolog.capture.signature.values import any_missing, type_of_items, type_of_value
from autolog.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Specs: TypeAlias = tuple[ColumnSpec, ...] | tuple[TensorSpec, ...]

_READERS = (
    ("pandas", ("DataFrame",), "pandas_columns:columns_of_frame"),
    ("pandas", ("Series", "Index"), "pandas_columns:columns_of_series"),
    ("polars", ("DataFrame",), "polars_columns:columns_of_frame"),
    ("polars", ("Series",), "polars_columns:columns_of_series"),
    ("pyarrow", ("Table", "RecordBatch"), "arrow_columns:columns_of_table"),
    ("pyarrow", ("Array", "ChunkedArray"), "arrow_columns:columns_of_array"),
)
"""What reads the schemas of frames, which most trainings have none of."""


def infer_signature(inputs: Any, outputs: Any = None) -> Signature:
    """What a model takes and gives, told by an example of each.

    Args:
        inputs: Data of a kind that `infer_schema` takes, or `None`.
        outputs: What the model predicts for them, or `None`.

    Raises:
        SchemaError: One of them has no schema.
    """
    return Signature(
        None if inputs is None else infer_schema(inputs),
        None if outputs is None else infer_schema(outputs),
    )


def infer_schema(data: Any) -> Schema:
    """The schema of data, equal to the one that MLflow infers wherever it does.

    Where MLflow gives up, this says as much as can be said: a column of a type that has no name is
    of type `any`, numbers of several types are of a wider one, sparse matrices of every format are
    described as those of the format that MLflow knows.

    Args:
        data: A frame or series of pandas or Polars, an Arrow table or array, a NumPy array, a
            sparse matrix, a list or tuple, a dictionary of columns or of arrays, or a scalar.

    Raises:
        SchemaError: The data are of another kind, or their columns cannot be named.
    """
    if is_array(data) or is_instance(data, "scipy.sparse", "spmatrix", "sparray"):
        return Schema((tensor_of(data),))
    for module, classes, reader in _READERS:
        if is_instance(data, module, *classes):
            read: Callable[[Any], Specs] = resolve_name(f"autolog.capture.signature.{reader}")
            return Schema(read(data))
    if isinstance(data, dict):
        return Schema(_specs_of_dict(data))
    if isinstance(data, list | tuple):
        return Schema(_columns_of_rows(data))
    return Schema((ColumnSpec(_type_of_scalar(data)),))


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
