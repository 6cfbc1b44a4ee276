"""The coefficients of a model, each with its error, its test and its interval."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance
from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed
from autolog_statsmodels.untouched import inner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = ("estimate", "std_err", "statistic", "p_value", "ci_lower", "ci_upper")
"""The columns of the table, beside the name of a coefficient."""

METRIC_PREFIX = "coef_"

_OF_RESULT = {"std_err": "bse", "statistic": "tvalues", "p_value": "pvalues"}
_MATRICES = ("alpha", "beta", "gamma", "det_coef", "det_coef_coint")
_MOST = 10_000
_CATEGORICAL = re.compile(r"\bC\(([^(),]+)(?:,(?:[^()]|\([^()]*\))*)?\)|\bQ\(['\"]([^'\"]+)['\"]\)")
_LEVEL = re.compile(r"\[(?:T\.|S\.)?([^\]]+)\]")
_NOT_IN_NAMES = re.compile(r"[^\w\-. /:]+")


@dataclass(frozen=True)
class Coefficients:
    """The table.

    Attributes:
        rows: By the name of a coefficient, its values in the order of `COLUMNS`; NaN for what
            nobody knows.
    """

    rows: Mapping[str, Sequence[float]]

    def as_csv(self) -> str:
        """With a line for each coefficient; what nobody knows is left empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("name", *COLUMNS))
        for name, values in self.rows.items():
            writer.writerow((name, *("" if math.isnan(value) else value for value in values)))
        return text.getvalue()

    def as_json(self) -> str:
        """With an object for each coefficient; what is no finite number is null."""
        rows = [
            {"name": name}
            | {
                column: value if math.isfinite(value) else None
                for column, value in zip(COLUMNS, values, strict=True)
            }
            for name, values in self.rows.items()
        ]
        return json.dumps(rows, indent=2)


def has_coefficients(result: Any) -> bool:
    """Whether a result has a table of coefficients, as far as its class tells."""
    return hasattr(result, "params") or _is_of_error_correction(result)


def _is_of_error_correction(result: Any) -> bool:
    return is_instance(result, "statsmodels.tsa.vector_ar.vecm", "VECMResults")


def coefficient_metrics(result: Any) -> dict[str, float]:
    """The estimates of a result, by readable names that every tracker takes."""
    metrics: dict[str, float] = {}
    for name, estimate in zip(*_named(result, _told(result, "params")), strict=True):
        readable = unique = f"{METRIC_PREFIX}{readable_name(name)}"
        number = 1
        while unique in metrics:
            number += 1
            unique = f"{readable}_{number}"
        metrics[unique] = estimate
    return metrics


def coefficients_of(result: Any) -> Coefficients | None:
    """The coefficients of a result; `None` for one that has none, or too many for a table."""
    asked = inner(result)
    if _is_of_error_correction(asked):
        return _of_error_correction(asked)
    names, estimates = _named(result, _told(result, "params"))
    if not names or len(names) > _MOST:
        return None
    tests = [_numbers(_told(asked, attribute), len(names)) for attribute in _OF_RESULT.values()]
    columns = [estimates, *tests, *_interval(asked, len(names))]
    rows = dict(zip(_apart(names), zip(*columns, strict=True), strict=True))
    return Coefficients(rows)


def _of_error_correction(asked: Any) -> Coefficients:
    """Those of a vector error correction model, which stand in several matrices."""
    rows: dict[str, Sequence[float]] = {}
    for part in _MATRICES:
        estimates = getattr(asked, part)
        height, width = estimates.shape
        names = [f"{part}[{row},{column}]" for column in range(width) for row in range(height)]
        ends = getattr(asked, f"conf_int_{part}")()
        tests = [getattr(asked, f"{prefix}_{part}") for prefix in ("stderr", "tvalues", "pvalues")]
        tables = [estimates, *tests, ends["lower"], ends["upper"]]
        columns = [_numbers(table, len(names)) for table in tables]
        rows |= dict(zip(names, zip(*columns, strict=True), strict=True))
    return Coefficients(rows)


def readable_name(name: str) -> str:
    """The name of a coefficient without the grammar of formulas.

    Example:
        >>> readable_name("C(city)[T.Paris]")
        'city.Paris'
        >>> readable_name("np.log(income)")
        'np.log.income'
    """
    plain = _CATEGORICAL.sub(lambda found: str(found[1] or found[2]).strip(), name)
    plain = _LEVEL.sub(lambda found: f".{found[1]}", plain)
    plain = plain.replace("(", ".").replace(")", "")
    return _NOT_IN_NAMES.sub("_", plain).strip("_") or "coefficient"


def _told(result: Any, attribute: str) -> Any:
    """What a result tells; `None` where it has no such thing, or cannot compute it."""
    try:
        with failing_as(ModelFailed, attribute):
            return getattr(result, attribute, None)
    except ModelFailed:
        return None


def _named(result: Any, params: Any) -> tuple[list[str], list[float]]:
    """The names of the coefficients and their estimates; of a table, those of its columns."""
    import numpy as np

    if isinstance(params, dict):
        named = {str(name): value for name, value in params.items() if np.ndim(value) == 0}
        return list(named), _numbers(list(named.values()), len(named))
    if params is None:
        return [], []
    if is_instance(params, "pandas", "Series"):
        return list(map(_text, params.index)), _numbers(params, len(params))
    if is_instance(params, "pandas", "DataFrame"):
        names = [f"{_text(column)}:{_text(row)}" for column in params for row in params.index]
        return names, _numbers(params, len(names))
    values = np.asarray(params)
    known = _names_of(result, values)
    return known, _numbers(values, len(known))


def _names_of(result: Any, values: Any) -> list[str]:
    """The names of the values of an array, those of a table column by column."""
    model, count = inner(result).model, values.size
    rows = _told(model, "exog_names")
    if values.ndim > 1 and rows is not None and len(rows) == len(values):
        return [f"{title}:{row}" for title in _titles(model, count // len(rows)) for row in rows]
    for owner, attribute in (
        (model, "param_names"),
        (inner(result), "names"),
        (model, "names"),
        (model, "exog_names"),
    ):
        names = _told(owner, attribute)
        if names is not None and not isinstance(names, str) and len(names) == count:
            return list(map(_text, names))
    return [f"params[{place}]" for place in range(count)]


def _titles(model: Any, count: int) -> list[str]:
    """What the columns of a table are about: classes beside the first, or places."""
    classes = _told(model, "_ynames_map")
    if isinstance(classes, dict) and len(classes) == count + 1:
        return [f"{model.endog_names}={name}" for name in list(classes.values())[1:]]
    return [str(place) for place in range(count)]


def _text(name: Any) -> str:
    return ".".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _numbers(values: Any, count: int) -> list[float]:
    """As many numbers, column by column; NaN where these are not told."""
    import numpy as np

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
    if callable(interval := _told(asked, "conf_int")):
        try:
            with failing_as(ModelFailed, "conf_int"):
                bounds = np.asarray(interval(), dtype=float)
        except ModelFailed:
            bounds = None
    if bounds is None or bounds.size != 2 * count:
        return [[math.nan] * count] * 2
    pairs = bounds.reshape(count, 2)
    return [pairs[:, 0].tolist(), pairs[:, 1].tolist()]


def _apart(names: Sequence[str]) -> list[str]:
    """Names that are all different: those that come again are numbered."""
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return apart
