"""Schemas of data as MLflow infers them, of more kinds of data than it knows."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.signature.schema import Schema, Signature
from autolog.capture.signature.tensors import tensor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.capture.signature.schema import Specs

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
    from autolog.capture.signature.plain_columns import specs_of

    return Schema(specs_of(data))
