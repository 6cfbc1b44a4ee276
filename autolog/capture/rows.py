"""Rows of a data set: how many there are, and some of them, whatever kind of data it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GOLDEN_RATIO = 0.6180339887498949


def count_rows(data: Any) -> int:
    """The number of rows of an array, a frame, a sparse matrix or a sequence."""
    shape = getattr(data, "shape", None)
    return int(shape[0]) if shape else len(data)


def take_rows(data: Any, rows: NDArray[np.intp]) -> Any:
    """Some rows, as data of the same kind.

    Args:
        data: An array, a frame, a sparse matrix, a sequence, or `None`.
        rows: Positions, ascending.
    """
    if data is None:
        return None
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    if hasattr(data, "tocsr"):
        # The only common format of which rows can be taken; CSR data are not converted.
        return data.tocsr()[rows]
    if hasattr(data, "shape"):
        return data[rows]
    return [data[row] for row in rows]


def spread_rows(total: int, count: int) -> NDArray[np.intp]:
    """Positions of `count` of `total` rows, the same at each call.

    One is taken from each of `count` equal stretches, at a place that moves by the golden ratio,
    so that data with a period of their own are met evenly too. No random numbers are drawn.
    """
    import numpy as np

    if count >= total:
        return np.arange(total)
    ends = np.arange(count + 1) * total // count
    places = np.arange(count) * _GOLDEN_RATIO % 1.0
    return ends[:-1] + (places * np.diff(ends)).astype(np.intp)


def read_only(data: Any) -> Any:
    """The same data, as a view through which an array cannot be changed."""
    import numpy as np

    if not isinstance(data, np.ndarray):
        return data
    view = data.view()
    view.flags.writeable = False
    return view
