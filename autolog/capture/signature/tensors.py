"""Arrays as MLflow's schemas describe them, which is all that most trainings need of schemas."""

from __future__ import annotations

from typing import Any

from autolog.capture.signature.schema import Name, TensorSpec
from autolog.errors import SchemaError

_TEXT_DTYPES = {"U": "str", "S": "bytes", "T": "str"}


def tensor_of(array: Any, name: Name = None) -> TensorSpec:
    """An array, dense or sparse; its first axis may have any length.

    Raises:
        SchemaError: Its elements are records, for which a schema has no words.
    """
    dtype = array.dtype
    if dtype.kind == "V":
        raise SchemaError(f"An array of dtype {dtype} has no schema; pass a frame with its fields.")
    shape = (-1, *(int(length) for length in array.shape[1:])) if array.shape else ()
    return TensorSpec(_TEXT_DTYPES.get(dtype.char) or dtype.name, shape, name)
