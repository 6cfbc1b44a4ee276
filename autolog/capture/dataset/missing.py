"""Finds rows in which a value is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.capture.dataset.digest import do_not_rest
from autolog.capture.dataset.objects import are_texts
from autolog.capture.dataset.parts import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from autolog.capture.dataset.limits import Limit
    from autolog.capture.dataset.parts import Part

_PIECE = 1 << 17


def first_missing_rows(
    part: Part, limit: Limit, rest: Callable[[], None] = do_not_rest
) -> NDArray[Any]:
    """The first row of each column in which its value is missing, for the columns that have one.

    Args:
        part: Some columns.
        limit: What may be read of them; of Python's objects that are too many, the first.
        rest: Called after each piece.
    """
    import numpy as np

    width = math.prod(part.values.shape[1:]) if isinstance(part, Table) else 1
    is_table = isinstance(part, Table)
    step = max(1, _PIECE // max(1, width)) if is_table else limit.step
    length = part.length if is_table else limit.rows
    first = np.full(width, -1)
    for start in range(0, length, step):
        if (first >= 0).all():
            break
        missing = _missing(part, slice(start, start + step))
        rest()
        if missing is None:
            continue
        table = missing.reshape(len(missing), width)
        new = (first < 0) & table.any(axis=0)
        first[new] = start + table[:, new].argmax(axis=0)
    return first[first >= 0]


def _missing(part: Part, rows: slice) -> NDArray[Any] | None:
    """Which values are missing; `None` where the type has a value for every row."""
    import numpy as np

    if isinstance(part, Column) and part.missing is not None:
        return part.missing(rows)
    values = part.take(rows)
    if isinstance(values, list):
        if are_texts(values):
            return None
        return np.array([is_missing(value) for value in values], dtype=bool)
    if isinstance(part, Table) and part.categories is not None:
        return values < 0
    kind = values.dtype.kind
    if kind in "fc":
        with np.errstate(all="ignore"):
            is_whole = bool(np.isfinite(values.sum()))  # twice as fast as a look at each value
        return None if is_whole else np.isnan(values)
    return np.isnat(values) if kind in "mM" else None


def is_missing(value: object) -> bool:
    """Whether an object stands for a missing value: `None`, NaN, or one of pandas' own."""
    if value is None or isinstance(value, float):
        return value is None or value != value  # noqa: PLR0124 - only NaN differs from itself
    return type(value).__name__ in {"NAType", "NaTType"}
