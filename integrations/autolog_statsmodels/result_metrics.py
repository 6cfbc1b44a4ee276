"""The figures of a fitted model that cost next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autolog_statsmodels.results import attribute_of, inner, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable

CHEAP = (
    "aic",
    "aicc",
    "bic",
    "bic_llf",
    "centered_tss",
    "condition_number",
    "deviance",
    "df_model",
    "df_resid",
    "ess",
    "f_pvalue",
    "fpe",
    "fvalue",
    "hqic",
    "llf",
    "mae",
    "mse",
    "mse_model",
    "mse_resid",
    "mse_total",
    "nobs",
    "pearson_chi2",
    "rsquared",
    "rsquared_adj",
    "scale",
    "sse",
    "ssr",
    "uncentered_tss",
)
"""What takes a result less than a millisecond, whatever its class."""

CONVERGED, ITERATIONS = "converged", "iterations"
"""Whether an optimiser has found what it was looking for, and how long it has looked."""

_SAYS_CONVERGED = ("converged", "success")
_SAYS_ITERATIONS = ("iterations", "nit", "iter")


def figures(result: Any, names: Iterable[str]) -> dict[str, float]:
    """Those of the named figures that a result has and that are numbers.

    Args:
        result: What a fit has given.
        names: Names of its attributes.
    """
    asked = inner(result)
    found = {}
    for name in names:
        value = attribute_of(asked, name)
        if is_number(value):
            found[name] = float(value)
    return found


def convergence(result: Any, seen: Mapping[str, Any], steps: int = 0) -> dict[str, float]:
    """Whether the optimiser has converged, and after how many iterations, where that is known.

    Args:
        result: What a fit has given.
        seen: What its last optimiser has told, which not every result keeps.
        steps: How many steps were seen.
    """
    asked = inner(result)
    constrained = attribute_of(asked, "results_constrained")
    if constrained is not None:  # the other is fitted in no iteration, for its form
        asked = inner(constrained)
    told = attribute_of(asked, "mle_retvals")
    converged = _first(
        attribute_of(asked, CONVERGED), *_items(told, _SAYS_CONVERGED), seen.get(CONVERGED)
    )
    if isinstance(converged, list):  # a model of two parts
        converged = all(converged)
    iterations = _first(
        *_items(told, _SAYS_ITERATIONS),
        *_items(attribute_of(asked, "fit_history"), ("iteration",)),
        attribute_of(asked, ITERATIONS),
        seen.get(ITERATIONS),
        steps or None,
    )
    named = ((CONVERGED, converged), (ITERATIONS, iterations))
    return {name: float(value) for name, value in named if is_number(value)}


def _items(told: Any, names: Iterable[str]) -> list[Any]:
    return [told.get(name) for name in names] if isinstance(told, Mapping) else []


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
