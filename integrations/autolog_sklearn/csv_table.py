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


def csv_source(columns: Mapping[str, Iterable[Any]], redactor: Redactor) -> Callable[[], str]:
    """What renders a table, as it is now, in any thread; in the way of pandas.

    Args:
        columns: The values of all rows, by column.
        redactor: Masks secrets, by the names of the columns.
    """
    kept = {name: _kept(values) for name, values in columns.items()}
    return partial(_rendered, kept, redactor)


def _kept(values: Iterable[Any]) -> list[Any]:
    """What nobody can change any more: texts, or numbers where Python's own read the same."""
    if type(values) is np.ndarray and (values.dtype == np.float64 or values.dtype.kind in "iu"):
        numbers: list[Any] = values.tolist()
        return numbers
    return list(map(_cell, values))


def _cell(value: Any) -> str:
    if value is np.ma.masked or (isinstance(value, float) and math.isnan(value)):
        return ""
    return stringify(value)


def _rendered(columns: Mapping[str, list[Any]], redactor: Redactor) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*(map(_cell, values) for values in columns.values()), strict=True):
        writer.writerow(redactor.mapping(dict(zip(columns, row, strict=True))).values())
    return text.getvalue()
