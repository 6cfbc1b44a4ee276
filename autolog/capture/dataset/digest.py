"""A digest over all rows of a data set, or over some of them where there are too many."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.dataset.folding import ROWS, folds
from autolog.capture.dataset.limits import limits_of
from autolog.capture.dataset.objects import to_bytes
from autolog.capture.dataset.parts import Column, Part, Table
from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_DIGITS = 8
_STEP = 4 * ROWS
"""Rows of a column of numbers that are made ready at a time."""


class Digest(msgspec.Struct, frozen=True):
    """What tells the contents of a data set from others.

    Attributes:
        digits: 8 hexadecimal digits.
        rows: How many rows of its parts it is over, at the least; `None` for all.
    """

    digits: str
    rows: int | None = None


def do_not_rest() -> None:
    """Goes on at once."""


def digest_of(
    parts: Sequence[Part], most_rows: int | None = None, rest: Callable[[], None] = do_not_rest
) -> Digest:
    """The digest of a data set, equal for equal values however they lie in memory.

    Args:
        parts: What it consists of, in order.
        most_rows: How many rows to read at most, spread over all.
        rest: Called after each megabyte or so.
    """
    result = hashlib.sha256()
    fewest: int | None = None
    for part, limit in zip(parts, limits_of(parts), strict=True):
        count = limit.rows if most_rows is None else min(limit.rows, most_rows)
        if count < part.length:
            fewest = count if fewest is None else min(fewest, count)
            _add_heading(result, "", "", part.length)
            part = _some_rows(part, count)  # noqa: PLW2901 - what is left of it
        if isinstance(part, Table):
            _add_table(result, part, rest)
        else:
            _add_column(result, part, limit.step, rest)
    return Digest(result.hexdigest()[:_DIGITS], fewest)


def _some_rows(part: Part, count: int) -> Part:
    taken = part.take(spread_rows(part.length, count))
    if isinstance(part, Table):
        return Table(taken, part.columns, part.categories)  # type: ignore[arg-type]
    return Column(part.name, part.dtype, count, taken.__getitem__, part.cells)


def _add_table(result: hashlib._Hash, table: Table, rest: Callable[[], None]) -> None:
    import numpy as np

    if not table.columns:
        result.update(repr((str(table.values.dtype), table.values.shape)).encode())
        _add_numbers(result, table.values, rest)
        return
    # One by one, because it is by chance which columns lie side by side.
    sums = []
    for some in folds(table.values):
        sums.append(some)
        rest()
    sums = sums or [np.empty((0, len(table.columns)), np.uint64)]
    for column, values in zip(table.columns, np.concatenate(sums).T, strict=True):
        _add_heading(result, *column, table.length)
        result.update(values.tobytes())
    if table.categories is not None:
        result.update(to_bytes(table.categories))


def _add_column(result: hashlib._Hash, column: Column, step: int, rest: Callable[[], None]) -> None:
    _add_heading(result, column.name, column.dtype, column.length)
    if column.words is not None:
        for start in range(0, column.length, _STEP):
            _add_numbers(result, column.words(slice(start, start + _STEP)), rest)
        return
    for start in range(0, column.length, step):
        piece = column.take(slice(start, start + step))
        if isinstance(piece, list):
            result.update(to_bytes(piece))
            time.sleep(0)  # lets the training thread have the interpreter
            rest()
        else:
            _add_numbers(result, piece, rest)


def _add_numbers(result: hashlib._Hash, values: NDArray[Any], rest: Callable[[], None]) -> None:
    for sums in folds(values):
        result.update(sums.tobytes())
        rest()


def _add_heading(result: hashlib._Hash, name: str, dtype: str, length: int) -> None:
    result.update(to_bytes([name, dtype, length]))
