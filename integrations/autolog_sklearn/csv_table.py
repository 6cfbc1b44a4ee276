"""A table of a run, kept as CSV."""

from __future__ import annotations

import csv
import io
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autolog.capture.params import stringify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autolog.capture.redaction import Redactor

_ARRAYS = (np.ndarray, np.ma.MaskedArray)


def csv_source(columns: Mapping[str, Iterable[Any]], redactor: Redactor) -> Callable[[], str]:
    """What renders a table, as it is now, in any thread; in the way of pandas.

    Args:
        columns: The values of all rows, by column.
        redactor: Masks secrets, by the names of the columns.
    """
    kept = {name: _kept(values) for name, values in columns.items()}
    return partial(_rendered, kept, redactor)


def _kept(values: Any) -> list[Any]:
    """What nobody can change any more: texts, or numbers where Python's own read the same."""
    if type(values) in _ARRAYS and (values.dtype == np.float64 or values.dtype.kind in "iu"):
        return ["" if number is None else number for number in values.tolist()]  # if it is masked
    return list(map(_cell, values))


def _cell(value: Any) -> str:
    if value is np.ma.masked or (isinstance(value, float) and math.isnan(value)):
        return ""
    return stringify(value)


def _rendered(columns: Mapping[str, list[Any]], redactor: Redactor) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    cells = [_cells(name, values, redactor) for name, values in columns.items()]
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _cells(name: str, values: list[Any], redactor: Redactor) -> Iterable[str]:
    if values and type(values[0]) is not str and not redactor.is_secret(name):
        return map(_cell, values)  # numbers, which have no secrets in them
    return [redactor.mapping({name: cell})[name] for cell in map(_cell, values)]
