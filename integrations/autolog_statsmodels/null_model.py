"""How much better a model is than one without variables, found out without fitting that one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance
from autolog_statsmodels.result_metrics import figures
from autolog_statsmodels.results import inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPARISON = ("llnull", "llr", "llr_pvalue", "prsquared")
"""The metrics of the comparison."""

_LLNULL = "llnull"
_MODULE = "statsmodels.discrete.discrete_model"
_BINARY = ("Logit", "Probit")
_KNOWN = frozenset({*_BINARY, "MNLogit", "Poisson"})
_KNOWN_ANYWAY = (
    ("statsmodels.miscmodels.ordinal_model", "OrderedModel"),
    ("statsmodels.regression.quantile_regression", "QuantReg"),
)


def compared_with_null(result: Any) -> dict[str, float]:
    """The metrics of the comparison; none for classes whose null model has to be fitted.

    statsmodels fits it anew for most classes, which takes longer than the fit. The likelihood of
    many is known without that: it is made of the share of each class, or of the mean count.

    Args:
        result: What a fit has given. Its cache is filled, so that it is to be asked within
            `untouched`.
    """
    asked = inner(result)
    if any(is_instance(asked.model, *known) for known in _KNOWN_ANYWAY):
        return figures(result, COMPARISON)
    cache = vars(asked).get("_cache")
    likelihood = _null_likelihood(asked.model)
    if likelihood is None or not isinstance(cache, dict):
        return {}
    cache.setdefault(_LLNULL, likelihood)
    return figures(result, COMPARISON)


def _null_likelihood(model: Any) -> float | None:
    """The log-likelihood of the best constant; `None` where it takes an optimiser."""
    import numpy as np

    kind = type(model).__name__
    if (
        type(model).__module__ != _MODULE or kind not in _KNOWN
    ):  # others may mean another likelihood
        return None
    if any(getattr(model, name, None) is not None for name in ("offset", "exposure")):
        return None
    targets = np.asarray(model.endog)
    if kind in _BINARY:
        is_binary = not (targets * (1 - targets)).any()
        return _of_shares(np.array([targets.sum(), (1 - targets).sum()])) if is_binary else None
    if kind == "MNLogit":
        return _of_shares(np.asarray(model.wendog).sum(axis=0))
    return _of_counts(targets)


def _of_shares(counts: NDArray[Any]) -> float | None:
    import numpy as np

    if not (counts > 0).all():
        return None
    return float(counts @ np.log(counts / counts.sum()))


def _of_counts(counts: NDArray[Any]) -> float | None:
    import numpy as np

    mean = float(counts.mean())
    if not mean > 0:
        return None
    values, times = np.unique(counts, return_counts=True)
    factorials = np.array([math.lgamma(value + 1) for value in values.tolist()])
    return float(times @ (values * math.log(mean) - mean - factorials))
