"""The steps of those fits that keep a history of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array
from autolog_statsmodels.results import inner

if TYPE_CHECKING:
    from autolog_statsmodels.iterations import Optimisation

_KEPT = {"deviance": "iteration_deviance", "llf": "iteration_llf"}
"""What is kept of each step, with the name of its metric."""

HISTORY_METRICS = tuple(_KEPT.values())


def log_history(result: Any, optimisation: Optimisation) -> None:
    """Records the steps that a result tells of, unless its optimiser has told them.

    Args:
        result: What a fit has given.
        optimisation: The steps so far.
    """
    if optimisation.steps:
        return
    attributes = vars(inner(result)) if hasattr(inner(result), "__dict__") else {}
    for told in (attributes.get("fit_history"), attributes.get("mle_retvals")):
        for series, metric in _KEPT.items():
            values: Any = told.get(series) if isinstance(told, Mapping) else None
            for value in values if isinstance(values, Sequence) or is_array(values) else ():
                optimisation.log({metric: float(value)})
