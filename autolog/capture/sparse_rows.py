"""The first rows of a sparse matrix of any format, without a conversion of the whole."""

from __future__ import annotations

from typing import Any

_CHUNK = 1 << 20


def first_sparse_rows(matrix: Any, count: int) -> Any:
    """The first rows, in the format of the matrix and independent of it.

    Formats that do not store rows together (COO, CSC, DOK) are searched for them, without a copy.

    Args:
        matrix: A matrix or array of `scipy.sparse`.
        count: How many rows, unless there are fewer.
    """
    count = min(count, matrix.shape[0])
    first = _BY_FORMAT.get(matrix.format)
    return first(matrix, count) if first else matrix[:count].copy()


def _of_blocks(matrix: Any, count: int) -> Any:
    """Of BSR: the rows of blocks that the rows are in, then the rows of these."""
    height = matrix.blocksize[0]
    blocks = -(-count // height)
    end = matrix.indptr[blocks]
    parts = (matrix.data[:end], matrix.indices[:end], matrix.indptr[: blocks + 1])
    cropped = type(matrix)(parts, shape=(blocks * height, matrix.shape[1]))
    return cropped.tocsr()[:count].asformat("bsr")


def _of_coordinates(matrix: Any, count: int) -> Any:
    """Of COO: the entries with these row numbers, looked for a million at a time."""
    import numpy as np

    axes = getattr(matrix, "coords", None) or (matrix.row, matrix.col)
    starts = range(0, len(axes[0]), _CHUNK)
    found = [start + np.flatnonzero(axes[0][start : start + _CHUNK] < count) for start in starts]
    kept = np.concatenate([np.arange(0), *found])
    entries = (matrix.data[kept], tuple(axis[kept] for axis in axes))
    return type(matrix)(entries, shape=(count, *matrix.shape[1:]))


def _of_diagonals(matrix: Any, count: int) -> Any:
    """Of DIA: the diagonals that cross the rows, up to the last column in which one does."""
    crossing = matrix.offsets > -count
    offsets = matrix.offsets[crossing]
    width = max(offsets, default=0) + count
    shape = (count, matrix.shape[1])
    return type(matrix)((matrix.data[crossing, :width], offsets), shape=shape)


_BY_FORMAT = {"bsr": _of_blocks, "coo": _of_coordinates, "dia": _of_diagonals}
