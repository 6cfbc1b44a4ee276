"""The errors and tests of coefficients, computed under the warning filters that the user has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def fill_in(asked: Any) -> None:
    """Puts into the cache of a result what statsmodels would compute under filters of its own.

    These are the filters of the whole process: another thread may be about to warn, and Python
    shows each warning once more after they were changed. The numbers are the same to the bit.

    Args:
        asked: The result without its wrapper, which is to be asked within `untouched`.
    """
    common = sys.modules["statsmodels.base.model"].LikelihoodModelResults
    if not isinstance(asked, common):
        return
    cache = vars(asked).setdefault("_cache", {})
    for name, compute in _COMPUTED.items():
        if name not in cache and _owner(type(asked), name) is common:
            try:
                with failing_as(ModelFailed, name):
                    cache[name] = compute(asked)
            except ModelFailed:  # so will statsmodels, when it is asked
                return


def _owner(kind: type, name: str) -> type:
    return next(one for one in kind.__mro__ if name in vars(one))


def _errors(asked: Any) -> Any:
    import numpy as np

    if not hasattr(asked, "cov_params_default") and asked.normalized_cov_params is None:
        return np.full(len(asked.params), np.nan)
    return np.sqrt(np.diag(asked.cov_params()))


def _statistics(asked: Any) -> Any:
    return asked.params / asked.bse


def _probabilities(asked: Any) -> Any:
    import numpy as np

    distributions: Any = sys.modules["scipy.stats"]  # which statsmodels has imported
    sizes = np.abs(asked.tvalues)
    if not asked.use_t:
        return distributions.norm.sf(sizes) * 2
    freedom = getattr(asked, "df_resid_inference", asked.df_resid)
    return distributions.t.sf(sizes, freedom) * 2


_COMPUTED: Mapping[str, Callable[[Any], Any]] = {
    "bse": _errors,
    "tvalues": _statistics,
    "pvalues": _probabilities,
}
"""In this order, since each is made of the one before."""
