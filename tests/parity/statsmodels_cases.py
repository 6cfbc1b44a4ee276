"""Fits of statsmodels whose records are compared with those of MLflow."""

from __future__ import annotations

import runpy
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FITS = runpy.run_path(str(Path(__file__).parents[1] / "integrations" / "statsmodels" / "fits.py"))[
    "FITS"
]

_COMPARED = (
    *("OLS", "OLS of a formula", "OLS, robust", "WLS", "QuantReg", "RLM", "MixedLM"),
    *("GLM, Poisson", "GEE", "Logit", "MNLogit", "NegativeBinomial", "OrderedModel", "PHReg"),
    *("Logit, L1", "ARIMA", "SARIMAX", "ETSModel", "ExponentialSmoothing", "AutoReg", "VAR"),
)


@dataclass(frozen=True)
class Fit:
    """One fit.

    Attributes:
        run: Fits.
        library: The library that it is done with.
        options: The options of MLflow's that it is recorded with.
    """

    run: Callable[[], object]
    library: str = "statsmodels"
    options: Mapping[str, Any] = field(default_factory=dict)


def _quiet(name: str) -> Callable[[], object]:
    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _FITS[name]()

    return run


CASES: dict[str, Callable[[], Fit]] = {
    name: lambda name=name: Fit(_quiet(name))  # type: ignore[misc]
    for name in _COMPARED
}
"""By name; the data of a fit and its model are made anew at each run."""
