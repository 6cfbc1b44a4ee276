"""How many rows of the parts of a data set are read: a rule of the data alone, never of time.

Arrays are read whole up to 2 GiB. Python's objects are read whole up to a million rows of 50, where
they are quickly written down, as text, numbers and lists of them are: that takes 6 to 70 ns for
each object, during most of which other threads wait for the interpreter. For each of the others,
such as dates and decimals, it takes a microsecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.capture.dataset.folding import ROWS
from autolog.capture.dataset.objects import quick_bytes, to_bytes
from autolog.capture.dataset.parts import Table
from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.capture.dataset.parts import Column, Part

_MOST_BYTES = 2 << 30
_SAMPLED_BYTES = 4 << 20
_MOST_OBJECTS = 50_000_000
_SAMPLED_OBJECTS = 500_000
_MOST_SLOW_OBJECTS = 200_000

_LOOKED_AT = 64
_PIECE_OBJECTS = 8192
_PIECE_BYTES = 1 << 20
_PIECE_ROWS = 4 * ROWS


class Limit(msgspec.Struct, frozen=True):
    """What is read of a part.

    Attributes:
        rows: How many rows, spread over all.
        step: How many of them at a time, where they have to be made ready.
    """

    rows: int
    step: int = _PIECE_ROWS


class _Cost(msgspec.Struct, frozen=True):
    """What reading a column of objects takes, as far as a few rows tell."""

    objects: int
    bytes: int
    is_quick: bool
    step: int


def limits_of(parts: Sequence[Part]) -> list[Limit]:
    """What may be read of each part of a data set.

    Args:
        parts: All parts, because it is together that their objects must not be too many.
    """
    costs = [_cost(part) for part in parts]
    quick = [cost for cost in costs if cost is not None and cost.is_quick]
    objects, size = sum(cost.objects for cost in quick), sum(cost.bytes for cost in quick)
    is_whole = objects <= _MOST_OBJECTS and size <= _MOST_BYTES
    share = 1.0 if is_whole else min(_SAMPLED_OBJECTS / objects, _SAMPLED_BYTES / max(1, size))
    slow = sum(cost.objects for cost in costs if cost is not None and not cost.is_quick)
    slow_share = min(1.0, _MOST_SLOW_OBJECTS / max(1, slow))
    return [
        _of_memory(part)
        if cost is None
        else Limit(_some(part.length, share if cost.is_quick else slow_share), cost.step)
        for part, cost in zip(parts, costs, strict=True)
    ]


def _of_memory(part: Part) -> Limit:
    if not isinstance(part, Table) or part.values.nbytes <= _MOST_BYTES:
        return Limit(part.length)
    return Limit(_some(part.length, _SAMPLED_BYTES / part.values.nbytes))


def _some(rows: int, share: float) -> int:
    return rows if share >= 1 else min(rows, max(1, int(rows * share)))


def _cost(part: Part) -> _Cost | None:
    """The cost of a column of objects; `None` for what is read as memory."""
    if isinstance(part, Table) or not part.cells or part.words is not None:
        return None
    return _cost_of_objects(part)


def _cost_of_objects(column: Column) -> _Cost:
    count = min(column.length, _LOOKED_AT)
    if not count:
        return _Cost(0, 0, is_quick=True, step=1)
    values = list(column.take(spread_rows(column.length, count)))
    written = quick_bytes(values)
    size = len(to_bytes(values) if written is None else written) // count
    step = min(_PIECE_OBJECTS // column.cells, _PIECE_BYTES // max(1, size))
    return _Cost(
        column.length * column.cells,
        column.length * size,
        is_quick=written is not None,
        step=max(1, step),
    )
