"""The statsmodels integration keeps the contract of integrations, for models of several kinds."""

from __future__ import annotations

import runpy
from pathlib import Path

from autolog.testing import IntegrationContract

FITS = runpy.run_path(str(Path(__file__).with_name("fits.py")))["FITS"]


class TestRegression(IntegrationContract):
    """A linear model."""

    library = "statsmodels"

    def train(self):
        return FITS["OLS"]()


class TestLikelihood(IntegrationContract):
    """A model that an optimiser fits, which is seen at each step."""

    library = "statsmodels"

    def train(self):
        return FITS["BetaModel"]()


class TestTimeSeries(IntegrationContract):
    """A model whose fit calls that of another."""

    library = "statsmodels"

    def train(self):
        return FITS["ARIMA"]()


class TestRegularised(IntegrationContract):
    """Another method that fits."""

    library = "statsmodels"

    def train(self):
        return FITS["Logit, L1"]()
