"""An example of what a model takes, in the two files that MLflow keeps beside the model."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.kinds import is_array, is_instance, is_sparse

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLE = "input_example.json"
_SERVING_EXAMPLE = "serving_input_example.json"
_LARGEST_SERVED = 100_000
_CHAT_KEYS = ("messages", "prompt", "input")


class _Example(msgspec.Struct, frozen=True):
    """Rows, and what is said of them.

    Attributes:
        info: Their kind, for MLmodel.
        data: The rows as they are kept, of lists and dictionaries.
        request: What a client would send to a server of the model; `None` if that were too much.
    """

    info: dict[str, str | bool]
    data: Any
    request: Any


def write_input_example(rows: Any, directory: Path) -> dict[str, str | bool] | None:
    """Writes a few rows as MLflow does: as JSON, and as the body of a request to a server.

    Args:
        rows: A frame of pandas or Polars, an Arrow table, an array, a sparse matrix, a list or
            tuple, or a dictionary.
        directory: The folder of the model.

    Returns:
        What MLmodel says of it under `saved_input_example_info`; `None` if the rows are of another
        kind, or hold what JSON cannot say.
    """
    example = _example(rows)
    if example is None:
        return None
    try:
        data = json.dumps(example.data, default=_as_json)
        request = json.dumps(example.request, default=_as_json, indent=2)
    except (TypeError, ValueError):
        return None
    info: dict[str, str | bool] = {"artifact_path": _EXAMPLE, **example.info}
    (directory / _EXAMPLE).write_text(data, encoding="utf-8")
    if example.request is not None:
        (directory / _SERVING_EXAMPLE).write_text(request, encoding="utf-8")
        info["serving_input_path"] = _SERVING_EXAMPLE
    return info


def _example(rows: Any) -> _Example | None:
    if is_array(rows):
        return _of_inputs("ndarray", _values(rows))
    if is_sparse(rows):
        return _of_sparse(rows)
    if isinstance(rows, dict):
        return _of_dict(rows)
    if isinstance(rows, list | tuple):
        return None if _holds_array(rows) else _of_inputs("json_object", rows)
    return _of_frame(rows)


def _of_inputs(kind: str, data: Any) -> _Example:
    return _Example({"type": kind}, data, {"inputs": data})


def _of_dict(rows: dict[Any, Any]) -> _Example | None:
    are_arrays = [is_array(column) for column in rows.values()]
    if rows and all(are_arrays):
        return _of_inputs("ndarray", {name: _values(array) for name, array in rows.items()})
    if any(are_arrays):
        return None
    if any(key in rows for key in _CHAT_KEYS):
        # A server takes these as they are, for chat models.
        return _Example({"type": "json_object"}, rows, rows)
    return _of_inputs("json_object", rows)


def _of_sparse(matrix: Any) -> _Example | None:
    """CSR and CSC are kept as such, other formats as CSR."""
    if len(matrix.shape) != 2:  # noqa: PLR2004 - rows and columns
        return None
    stored = matrix if matrix.format in {"csr", "csc"} else matrix.tocsr()
    data = {
        "data": _values(stored.data),
        "indices": stored.indices.tolist(),
        "indptr": stored.indptr.tolist(),
        "shape": list(stored.shape),
    }
    is_small = stored.shape[0] * stored.shape[1] <= _LARGEST_SERVED
    request = {"inputs": stored.toarray()} if is_small else None
    return _Example({"type": f"sparse_matrix_{stored.format}"}, data, request)


def _of_frame(frame: Any) -> _Example | None:
    """Frames of other libraries are kept as those of pandas are."""
    if is_instance(frame, "pandas", "DataFrame"):
        split = frame.where(frame.notna(), None).to_dict(orient="split")
        names, rows = split["columns"], split["data"]
    elif is_instance(frame, "polars", "DataFrame"):
        names, rows = frame.columns, frame.rows()
    elif is_instance(frame, "pyarrow", "Table", "RecordBatch"):
        names = frame.schema.names
        rows = list(zip(*(column.to_pylist() for column in frame.columns), strict=True))
    else:
        return None
    is_named = list(names) != list(range(len(names)))
    data = {"columns": names, "data": rows} if is_named else {"data": rows}
    info: dict[str, str | bool] = {
        "type": "dataframe",
        "pandas_orient": "split" if is_named else "values",
    }
    return _Example(info, data, {"dataframe_split": data})


def _values(array: Any) -> Any:
    """The elements as nested lists, with `None` for numbers that are missing."""
    import numpy as np

    array = np.asarray(array)  # models see what is under a mask
    if np.issubdtype(array.dtype, np.inexact) and np.isnan(array).any():
        array = np.where(np.isnan(array), None, array)
    return array.tolist()


def _holds_array(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return is_array(value) or (isinstance(value, list | tuple) and any(map(_holds_array, value)))


def _as_json(value: Any) -> Any:
    """What JSON says for a value that it has no form of its own for."""
    if is_array(value):
        return value.tolist()
    if is_instance(value, "numpy", "generic"):
        item = value.item()
        return float(item) if is_instance(item, "numpy", "generic") else item
    if isinstance(value, bytes | bytearray):
        return base64.encodebytes(value).decode("ascii")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"JSON has no form for a {type(value).__qualname__}")
