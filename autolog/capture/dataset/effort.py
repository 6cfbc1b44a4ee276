"""What reading a data set will take, told without reading it."""

from __future__ import annotations

from typing import Any

from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.kinds import is_array, is_instance, is_sparse

_PER_BYTE = 0.4e-9
_PER_OBJECT = 0.3e-6
_PER_COLUMN = 30e-6


def expected_seconds(data: Any) -> float:
    """Roughly the seconds that reading the data takes on one core.

    Args:
        data: Data of any kind, or `None`.
    """
    if data is None:
        return 0.0
    if isinstance(data, Excerpt):
        return expected_seconds(data.rows)
    if isinstance(data, dict):
        return sum(map(expected_seconds, data.values()))
    if isinstance(data, list | tuple):
        first = data[0] if data else None
        return _PER_OBJECT * len(data) * (len(first) if isinstance(first, list | tuple) else 1)
    return _of_library(data)


def _of_library(data: Any) -> float:
    if is_array(data):
        return _of_memory(data.dtype.kind, data.size, data.nbytes)
    if is_instance(data, "pandas", "DataFrame"):
        rows = len(data)
        kinds = [getattr(dtype, "kind", "O") for dtype in data.dtypes]
        return sum(_PER_COLUMN + _of_memory(kind, rows, rows * 8) for kind in kinds)
    if is_sparse(data):
        return 8 * _PER_BYTE * float(data.nnz)
    rows, columns = [*getattr(data, "shape", ()), 1, 1][:2]
    return float(columns) * (_PER_COLUMN + _of_memory("O", int(rows), 0))


def _of_memory(kind: str, count: int, size: int) -> float:
    return _PER_OBJECT * count if kind == "O" else _PER_BYTE * size
