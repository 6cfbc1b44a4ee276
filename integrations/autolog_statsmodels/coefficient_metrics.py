"""The coefficients of a model as metrics, by names that every tracker takes."""

from __future__ import annotations

import re
from typing import Any

from autolog.capture.kinds import is_instance
from autolog_statsmodels.coefficient_names import names_of
from autolog_statsmodels.coefficients import estimates_of
from autolog_statsmodels.results import inner, is_rolling

METRIC_PREFIX = "coef_"

_CATEGORICAL = re.compile(r"\bC\(([^(),]+)(?:,(?:[^()]|\([^()]*\))*)?\)|\bQ\(['\"]([^'\"]+)['\"]\)")
_LEVEL = re.compile(r"\[(?:T\.|S\.)?([^\]]+)\]")
_NOT_IN_NAMES = re.compile(r"[^\w\-. /:]+")


def coefficient_metrics(result: Any) -> dict[str, float]:
    """The estimates of a result by readable names, those that come again numbered.

    Args:
        result: What a fit has given.
    """
    metrics: dict[str, float] = {}
    for name, estimate in _latest_estimates(result):
        readable = unique = f"{METRIC_PREFIX}{readable_name(name)}"
        number = 1
        while unique in metrics:
            number += 1
            unique = f"{readable}_{number}"
        metrics[unique] = estimate
    return metrics


def _latest_estimates(result: Any) -> list[tuple[str, float]]:
    """The estimates; of many windows, those of the last: all are in the table."""
    if not is_rolling(result):
        return estimates_of(result)
    params = inner(result).params
    latest = params.iloc[-1] if is_instance(params, "pandas", "DataFrame") else params[-1]
    return list(zip(names_of(result, latest), latest.tolist(), strict=True))


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
