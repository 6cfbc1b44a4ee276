"""A few rows of a prediction, by which an array that was made from it is known again."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.rows import count_rows, spread_rows, take_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_MOST_ROWS = 64
_MOST_VALUES = 4096
_FEWEST_ROWS = 8
_TABLE = 2  # dimensions: rows and columns


class Sample:
    """Some rows of a prediction.

    Args:
        total: How many rows the prediction has.
        rows: The positions of these among them.
        values: The rows.
        classes: What the columns stand for, if there is one for each class.
    """

    __slots__ = ("_classes", "_forms", "_values", "rows", "total")

    def __init__(
        self, total: int, rows: NDArray[np.intp], values: NDArray[Any], classes: NDArray[Any] | None
    ) -> None:
        self.total = total
        self.rows = rows
        self._values = values
        self._classes = classes
        self._forms: list[list[Any]] | None = None

    @property
    def forms(self) -> list[list[Any]]:
        """What users make of a prediction: itself, its columns, the class of the highest column."""
        if self._forms is None:
            self._forms = list(self._made_of(self._values))
        return self._forms

    def _made_of(self, values: NDArray[Any]) -> Iterator[list[Any]]:
        yield values.tolist()
        if values.ndim == _TABLE:
            yield from values.T.tolist()
            if self._classes is not None and values.shape[1] == len(self._classes):
                highest = values.argmax(axis=1)
                yield highest.tolist()
                yield self._classes[highest].tolist()


class SampledArguments:
    """The arguments of a metric, of which the same rows are looked at as of predictions.

    Args:
        values: Those of the arguments that have rows.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        self._values = [(value, count_rows(value)) for value in values]
        self._taken: dict[tuple[int, int], list[Any] | None] = {}

    def are_from(self, sample: Sample) -> bool:
        """Whether one of them seems to be made from a prediction, row by row."""
        return any(
            total == sample.total and self._take(place, sample.rows) in sample.forms
            for place, (_, total) in enumerate(self._values)
        )

    def _take(self, place: int, rows: NDArray[np.intp]) -> list[Any] | None:
        """Some rows of an argument; `None` if they are all alike, which says nothing."""
        key = place, len(rows)
        if key not in self._taken:
            values = _values(self._values[place][0], rows)
            taken: list[Any] = [] if values is None else values.tolist()
            self._taken[key] = taken if any(row != taken[0] for row in taken) else None
        return self._taken[key]


def sample_of(prediction: Any, classes: Any = None) -> Sample | None:
    """A sample of a prediction; `None` where rows cannot be taken, or are very wide.

    Args:
        prediction: An array, a frame, a series, a list or a tuple.
        classes: What the columns of a table stand for.
    """
    if not has_rows(prediction):
        return None
    total = count_rows(prediction)
    width = math.prod(getattr(prediction, "shape", ())[1:])
    most = min(_MOST_ROWS, _MOST_VALUES // max(width, 1))
    if total == 0 or most < min(_FEWEST_ROWS, total):
        return None
    rows = _rows(total, min(total, most))
    values = _values(prediction, rows)
    if values is None:
        return None
    return Sample(total, rows, values, classes if is_array(classes) else None)


def has_rows(data: object) -> bool:
    """Whether rows of the data can be taken without going through all of them."""
    if is_array(data):
        return bool(getattr(data, "ndim", 0))
    return is_instance(data, "builtins", "list", "tuple") or is_instance(
        data, "pandas", "Series", "DataFrame"
    )


@lru_cache(maxsize=128)
def _rows(total: int, count: int) -> NDArray[np.intp]:
    rows = spread_rows(total, count)
    rows.flags.writeable = False
    return rows


def _values(data: Any, rows: NDArray[np.intp]) -> NDArray[Any] | None:
    """Rows as an array; `None` for a list of lists, whose rows need not be of one shape."""
    taken = take_rows(data, rows)
    if isinstance(taken, list) and not all(map(np.isscalar, taken)):
        return None
    return np.asarray(taken)
