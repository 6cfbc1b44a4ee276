"""What the columns of a data set look like: ranges of numbers, frequencies of anything else."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.dataset.missing import is_missing
from autolog.capture.dataset.objects import to_bytes
from autolog.capture.dataset.parts import Part, Table
from autolog.capture.params import stringify
from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

MOST_COLUMNS = 200
"""Columns that are described; of more, the first."""

MOST_ROWS = 1000
"""Rows that a summary is made from; of more, some from everywhere."""

_LONGEST_VALUE = 100
_FLAT = 2


class Summary(msgspec.Struct, frozen=True):
    """Descriptions of columns.

    Attributes:
        columns: By name, or by number where the columns have no names.
        rows: How many rows they were made from; `None` for all.
    """

    columns: dict[str, dict[str, Any]]
    rows: int | None = None


def summarise(parts: Sequence[Part]) -> Summary:
    """Describes the columns of a data set.

    Of numbers and dates: `missing`, `min`, `max`, and of numbers `mean` and `std`. Of anything
    else: `missing`, the number of different values as `unique`, and the most frequent as `top`.

    Args:
        parts: What it consists of, in order.
    """
    columns: dict[str, dict[str, Any]] = {}
    rows: int | None = None
    for part in parts:
        left = MOST_COLUMNS - len(columns)
        if left <= 0:
            break
        if part.length > MOST_ROWS:
            rows = MOST_ROWS
        for name, described in _described(part, left):
            columns[name or str(len(columns))] = described
    return Summary(columns, rows)


def _described(part: Part, most: int) -> Iterator[tuple[str, dict[str, Any]]]:
    is_small = part.length <= MOST_ROWS
    rows = slice(None) if is_small else spread_rows(part.length, MOST_ROWS)
    if isinstance(part, Table):
        yield from _of_part_in_memory(part, part.take(rows), most)
        return
    values = part.take(rows)
    if isinstance(values, list) and not part.name:
        yield from _of_rows(values, most)
    else:
        yield part.name, {"dtype": part.dtype, **_of_column(values)}


def _of_part_in_memory(
    part: Table, values: NDArray[Any], most: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    if part.categories is not None:
        ((name, dtype),) = part.columns
        labels = [part.categories[code] if code >= 0 else None for code in values.tolist()]
        yield name, {"dtype": dtype, **_of_objects(labels)}
    elif values.ndim <= _FLAT:
        table = values.reshape(len(values), math.prod(values.shape[1:]))[:, :most]
        named = part.columns or [("", str(values.dtype))] * table.shape[1]
        for (name, dtype), statistics in zip(named, _of_table(table), strict=False):
            yield name, {"dtype": dtype, **statistics}


def _of_column(values: NDArray[Any] | list[Any]) -> dict[str, Any]:
    if isinstance(values, list):
        return _of_objects(values)
    return next(_of_table(values.reshape(len(values), 1)))


def _of_rows(rows: list[Any], most: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Descriptions of what stands at each place, or under each key, of the rows of a list."""
    columns: dict[Any, list[Any]] = {}
    for row in rows:
        cells = row if isinstance(row, dict) else dict(enumerate(_cells(row)))
        for key, value in cells.items():
            columns.setdefault(key, []).append(value)
    for key, values in islice(columns.items(), most):
        everywhere = values + [None] * (len(rows) - len(values))
        yield str(key), {"dtype": _type_name(values), **_of_objects(everywhere)}


def _cells(row: Any) -> Sequence[Any]:
    return row if isinstance(row, list | tuple) else (row,)


def _type_name(values: list[Any]) -> str:
    names = {type(value).__name__ for value in values if not is_missing(value)}
    return names.pop() if len(names) == 1 else "object"


def _of_table(table: NDArray[Any]) -> Iterator[dict[str, Any]]:
    """Descriptions of columns of one type."""
    kind = table.dtype.kind
    if kind in "biuf" and len(table):
        yield from _of_numbers(table)
    elif kind in "mM" and len(table):
        yield from map(_of_dates, table.T)
    else:
        yield from (_of_objects(column.tolist()) for column in table.T)


def _of_numbers(table: NDArray[Any]) -> Iterator[dict[str, Any]]:
    import numpy as np

    numbers = table.astype(np.float64)
    missing = np.isnan(numbers)
    counts = missing.sum(axis=0)
    present = ~missing
    # Infinite and huge numbers have no mean, which is no reason to warn of anything.
    with np.errstate(all="ignore"):
        lowest = np.min(numbers, axis=0, where=present, initial=np.inf)
        highest = np.max(numbers, axis=0, where=present, initial=-np.inf)
        sizes = len(numbers) - counts
        means = np.sum(numbers, axis=0, where=present) / sizes
        squares = np.sum((numbers - means) ** 2, axis=0, where=present)
        deviations = np.sqrt(squares / sizes)
    figures = np.stack([lowest, highest, means, deviations], axis=1)
    for count, figure in zip(counts.tolist(), figures.tolist(), strict=True):
        names = ("min", "max", "mean", "std")
        yield {"missing": count, **dict(zip(names, map(_finite, figure), strict=True))}


def _of_plain_numbers(values: list[Any]) -> dict[str, Any]:
    import numpy as np

    numbers = [float("nan") if is_missing(value) else float(value) for value in values]
    return next(_of_numbers(np.array(numbers).reshape(-1, 1)))


def _finite(number: float) -> float | None:
    """The number, or nothing where JSON has no way to say it."""
    return number if number - number == 0 else None


def _of_dates(column: NDArray[Any]) -> dict[str, Any]:
    import numpy as np

    missing = np.isnat(column)
    present = column[~missing]
    described: dict[str, Any] = {"missing": int(missing.sum())}
    if len(present):
        described |= {"min": str(present.min()), "max": str(present.max())}
    return described


def _of_objects(values: list[Any]) -> dict[str, Any]:
    present = [value for value in values if not is_missing(value)]
    if present and all(type(value) in {bool, int, float} for value in present):
        return _of_plain_numbers(values)
    # Equal bytes, because values such as lists cannot be looked up.
    keys = [value if type(value) is str else to_bytes([value]) for value in present]
    frequencies = Counter(keys)
    described = {"missing": len(values) - len(present), "unique": len(frequencies)}
    if not frequencies:
        return described
    top = present[keys.index(frequencies.most_common(1)[0][0])]
    return {**described, "top": stringify(top, _LONGEST_VALUE)}
