"""The coefficients of a model, each with its error, its test and its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.kinds import is_array, is_instance
from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed
from autolog_statsmodels.coefficient_names import apart, names_of
from autolog_statsmodels.coefficient_tests import fill_in
from autolog_statsmodels.results import (
    MOST_COEFFICIENTS,
    attribute_of,
    inner,
    is_number,
    is_of_error_correction,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = ("estimate", "std_err", "statistic", "p_value", "ci_lower", "ci_upper")
"""The columns of the table, beside the name of a coefficient."""

_OF_RESULT = {"std_err": "bse", "statistic": "tvalues", "p_value": "pvalues"}
_MATRICES = ("alpha", "beta", "gamma", "det_coef", "det_coef_coint")


class Coefficients(msgspec.Struct, frozen=True):
    """The table.

    Attributes:
        rows: By the name of a coefficient, its values in the order of `COLUMNS`; NaN for what
            nobody knows.
    """

    rows: Mapping[str, Sequence[float]]

    def as_csv(self) -> str:
        """With a line for each coefficient; what nobody knows is left empty."""
        import csv
        import io

        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("name", *COLUMNS))
        for name, values in self.rows.items():
            writer.writerow((name, *("" if math.isnan(value) else value for value in values)))
        return text.getvalue()

    def as_json(self) -> str:
        """With an object for each coefficient; what is no finite number is null."""
        import json

        rows = [
            {"name": name}
            | {
                column: value if math.isfinite(value) else None
                for column, value in zip(COLUMNS, values, strict=True)
            }
            for name, values in self.rows.items()
        ]
        return json.dumps(rows, indent=2)


def estimates_of(result: Any) -> list[tuple[str, float]]:
    """The estimates of a result with their names, which may come again.

    Args:
        result: What a fit has given.
    """
    params = attribute_of(result, "params")
    if isinstance(params, dict):
        return [(str(name), float(value)) for name, value in params.items() if _is_known(value)]
    names = [] if params is None else names_of(result, params)
    return list(zip(names, _numbers(params, len(names)), strict=True))


def coefficients_of(result: Any) -> Coefficients | None:
    """The coefficients of a result; `None` for one that has none, or too many for a table.

    Args:
        result: What a fit has given. Its cache is filled, so that it is to be asked within
            `untouched`, unless it is a copy.
    """
    asked = inner(result)
    if is_of_error_correction(asked):
        return _of_error_correction(asked)
    estimates = estimates_of(result)
    if not 0 < len(estimates) <= MOST_COEFFICIENTS:
        return None
    fill_in(asked)
    names, values = zip(*estimates, strict=True)
    tests = [_numbers(attribute_of(asked, name), len(names)) for name in _OF_RESULT.values()]
    return _table(names, [values, *tests, *_interval(asked, len(names))])


def bare_coefficients(model: Any, found: Any) -> Coefficients | None:
    """The table of the params that some fits give when they are asked for nothing else.

    Args:
        model: The model.
        found: What the fit has given: the params, or a tuple that begins with them.

    Returns:
        `None` if that is no vector of numbers, or too many.
    """
    params = found[0] if isinstance(found, tuple) and found else found
    is_vector = (is_array(params) and params.ndim == 1) or is_instance(params, "pandas", "Series")
    if not is_vector or params.dtype.kind != "f" or not 0 < len(params) <= MOST_COEFFICIENTS:
        return None
    names = names_of(model, params)
    unknown = [[math.nan] * len(names)] * (len(COLUMNS) - 1)
    return _table(names, [_numbers(params, len(names)), *unknown])


def _of_error_correction(asked: Any) -> Coefficients:
    rows: dict[str, Sequence[float]] = {}
    for part in _MATRICES:
        estimates = getattr(asked, part)
        height, width = estimates.shape
        names = [f"{part}[{row},{column}]" for column in range(width) for row in range(height)]
        ends = getattr(asked, f"conf_int_{part}")()
        tests = [getattr(asked, f"{prefix}_{part}") for prefix in ("stderr", "tvalues", "pvalues")]
        tables = [estimates, *tests, ends["lower"], ends["upper"]]
        rows |= _table(names, [_numbers(table, len(names)) for table in tables]).rows
    return Coefficients(rows)


def _table(names: Sequence[str], columns: Sequence[Sequence[float]]) -> Coefficients:
    return Coefficients(dict(zip(apart(names), zip(*columns, strict=True), strict=True)))


def _is_known(value: Any) -> bool:
    """Whether it is an estimate; switches and vectors are not, nor is what is left out."""
    return is_number(value) and not isinstance(value, bool) and not math.isnan(value)


def _numbers(values: Any, count: int) -> list[float]:
    """As many numbers, column by column; NaN where these are not told."""
    import numpy as np

    if is_instance(values, "pandas", "DataFrame", "Series"):
        values = values.to_numpy()  # pandas swaps the warning filters where it is told a type
    try:
        with failing_as(ModelFailed, "reading numbers"):
            flat = np.asarray(values, dtype=float).ravel(order="F").tolist()
    except ModelFailed:
        flat = []
    return flat if len(flat) == count else [math.nan] * count


def _interval(asked: Any, count: int) -> list[list[float]]:
    """The lower and the upper ends of the intervals that the result has by default."""
    import numpy as np

    bounds = None
    if callable(interval := attribute_of(asked, "conf_int")):
        try:
            with failing_as(ModelFailed, "conf_int"):
                bounds = np.asarray(interval(), dtype=float)
        except ModelFailed:
            bounds = None
    if bounds is None or bounds.size != 2 * count:
        return [[math.nan] * count] * 2
    pairs = bounds.reshape(count, 2)
    return [pairs[:, 0].tolist(), pairs[:, 1].tolist()]
