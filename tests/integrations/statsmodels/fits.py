"""One tiny fit of each kind of model, by name; the data and the model are made anew at each."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from packaging.version import Version
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.discrete.count_model import ZeroInflatedPoisson
from statsmodels.discrete.truncated_model import HurdleCountModel
from statsmodels.gam.api import BSplines, GLMGam
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM
from statsmodels.imputation.bayes_mi import MI, BayesGaussMI
from statsmodels.imputation.mice import MICE, MICEData
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.multivariate.factor import Factor
from statsmodels.othermod.betareg import BetaModel
from statsmodels.regression.dimred import SlicedInverseReg
from statsmodels.regression.rolling import RollingOLS
from statsmodels.sandbox.regression.gmm import IV2SLS
from statsmodels.tsa.api import (
    AutoReg,
    ExponentialSmoothing,
    Holt,
    MarkovAutoregression,
    MarkovRegression,
    SimpleExpSmoothing,
    UnobservedComponents,
)
from statsmodels.tsa.ardl import ARDL
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.varmax import VARMAX
from statsmodels.tsa.vector_ar.svar_model import SVAR
from statsmodels.tsa.vector_ar.vecm import VECM

if TYPE_CHECKING:
    from collections.abc import Callable

_RANDOM = np.random.default_rng(4)
_ROWS = 120
INPUTS = _RANDOM.normal(size=(_ROWS, 2))
NOISE = _RANDOM.normal(size=_ROWS)
GROUPS = np.repeat(np.arange(_ROWS // 6), 6)
X = sm.add_constant(INPUTS)
Y = 1.0 + INPUTS @ [2.0, -1.0] + NOISE
BINARY = (Y > 1.0 + NOISE / 2).astype(float)
BINARY[::7] = 1 - BINARY[::7]
COUNTS = _RANDOM.poisson(np.exp(0.5 + 0.3 * INPUTS[:, 0])).astype(float)
THREE = np.digitize(Y, [0.0, 2.0])
SHARES = 1 / (1 + np.exp(-Y / 4))
FRAME = pd.DataFrame(
    {
        "y": Y,
        "a": INPUTS[:, 0],
        "b": INPUTS[:, 1],
        "count": COUNTS,
        "share": SHARES,
        "sick": BINARY,
        "group": GROUPS,
        "city": pd.Categorical(np.array(["Bonn", "Paris", "Rome"])[THREE]),
    }
)
MONTHS = pd.date_range("2015-01-01", periods=_ROWS, freq="MS")
LEVELS = 20.0 + np.cumsum(NOISE) + 3 * np.sin(np.arange(_ROWS) * np.pi / 6)
SERIES = pd.Series(LEVELS - LEVELS.min() + 5.0, MONTHS, name="sales")
TWO_SERIES = pd.DataFrame(
    {"north": SERIES.diff().fillna(0.0), "south": SERIES.diff().shift().fillna(0.0) + NOISE},
    index=MONTHS,
)


def _quietly(fit: Callable[[], Any]) -> Callable[[], Any]:
    """Some fits warn of data as small as these."""

    def quiet() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fit()

    return quiet


def _generic() -> Any:
    class Exponential(GenericLikelihoodModel):
        def loglike(self, params: Any) -> float:
            rate = np.exp(self.exog @ params)
            return float(np.sum(np.log(rate) - rate * self.endog))

    start = np.zeros(X.shape[1])
    return Exponential(np.abs(Y), X).fit(start, method="bfgs", disp=0)


def _bayesian() -> Any:
    np.random.seed(0)  # noqa: NPY002 - what statsmodels before 0.15 draws from
    model = BinomialBayesMixedGLM.from_formula("sick ~ a", {"group": "0 + C(group)"}, FRAME)
    draws = "rng" in inspect.signature(model.fit_map).parameters
    return model.fit_map(**({"rng": 1} if draws else {}))


def _imputed() -> Any:
    np.random.seed(0)  # noqa: NPY002 - what it draws from
    return MICE("y ~ a", sm.OLS, MICEData(FRAME[["y", "a", "b"]])).fit(2, 2)


def _imputed_by_bayes() -> Any:
    np.random.seed(0)  # noqa: NPY002 - what it draws from
    holed = FRAME[["y", "a", "b"]].copy()
    holed.loc[::9, "a"] = np.nan

    def split(rows: Any) -> Any:
        return rows.iloc[:, 0], sm.add_constant(rows.iloc[:, 1:])

    draws = "rng" in inspect.signature(BayesGaussMI).parameters
    imputer = BayesGaussMI(holed, **({"rng": 1} if draws else {}))
    return MI(imputer, sm.OLS, split, burn=2, nrep=3, skip=1).fit()


FITS: dict[str, Callable[[], Any]] = {
    "OLS": lambda: sm.OLS(Y, X).fit(),
    "OLS of a formula": lambda: smf.ols("y ~ np.abs(a) + b + C(city)", FRAME).fit(),
    "OLS, robust": lambda: sm.OLS(Y, X).fit(cov_type="HC3"),
    "OLS, elastic net": lambda: sm.OLS(Y, X).fit_regularized(alpha=0.1),
    "WLS": lambda: sm.WLS(Y, X, weights=1 + GROUPS).fit(),
    "GLS": lambda: sm.GLS(Y, X, sigma=1.0 + GROUPS).fit(),
    "GLSAR": lambda: sm.GLSAR(Y, X, rho=1).iterative_fit(3),
    "QuantReg": lambda: smf.quantreg("y ~ a + b", FRAME).fit(q=0.3, max_iter=2000),
    "RLM": lambda: sm.RLM(Y, X, M=sm.robust.norms.HuberT()).fit(),
    "RecursiveLS": lambda: sm.RecursiveLS(Y, X).fit(),
    "RollingOLS": lambda: RollingOLS(FRAME["y"], FRAME[["a", "b"]], window=30).fit(),
    "MixedLM": lambda: smf.mixedlm("y ~ a", FRAME, groups=FRAME["group"]).fit(),
    "IV2SLS": lambda: IV2SLS(Y, X, np.column_stack([X, INPUTS**3])).fit(),
    "GLM, Gaussian": lambda: sm.GLM(Y, X).fit(),
    "GLM, Poisson": lambda: smf.glm("count ~ a + b", FRAME, family=sm.families.Poisson()).fit(),
    "GLM, constrained": lambda: sm.GLM(COUNTS, X, family=sm.families.Poisson()).fit_constrained(
        "x1 = 0.3"
    ),
    "GLMGam": lambda: GLMGam(
        Y, X, smoother=BSplines(INPUTS[:, :1], df=[5], degree=[3]), alpha=1.0
    ).fit(),
    "GEE": lambda: smf.gee(
        "count ~ a + b",
        "group",
        FRAME,
        family=sm.families.Poisson(),
        cov_struct=sm.cov_struct.Exchangeable(),
    ).fit(),
    "Logit": lambda: sm.Logit(BINARY, X).fit(disp=0),
    "Logit of a formula": lambda: smf.logit("sick ~ a + b", FRAME).fit(disp=0),
    "Logit, L1": lambda: sm.Logit(BINARY, X).fit_regularized(alpha=1.0, disp=0),
    "Probit": lambda: sm.Probit(BINARY, X).fit(disp=0),
    "MNLogit": lambda: sm.MNLogit(THREE, X).fit(disp=0),
    "Poisson": lambda: sm.Poisson(COUNTS, X).fit(disp=0),
    "Poisson, constrained": lambda: sm.Poisson(COUNTS, X).fit_constrained("x1 = 0.3", disp=0),
    "NegativeBinomial": _quietly(lambda: sm.NegativeBinomial(COUNTS, X).fit(disp=0, maxiter=80)),
    "ZeroInflatedPoisson": _quietly(lambda: ZeroInflatedPoisson(COUNTS, X).fit(disp=0)),
    "HurdleCountModel": _quietly(lambda: HurdleCountModel(COUNTS, X).fit(disp=0)),
    "ConditionalLogit": lambda: ConditionalLogit(BINARY, INPUTS, groups=GROUPS).fit(),
    "OrderedModel": lambda: OrderedModel(THREE, INPUTS).fit(method="bfgs", disp=0),
    "BetaModel": lambda: BetaModel(SHARES, X).fit(),
    "GenericLikelihoodModel": _quietly(_generic),
    "PHReg": lambda: sm.PHReg(np.exp(Y / 4), INPUTS, status=BINARY).fit(),
    "BinomialBayesMixedGLM": _bayesian,
    "Factor": lambda: Factor(np.column_stack([INPUTS, Y, COUNTS]), n_factor=1).fit(),
    "SlicedInverseReg": lambda: SlicedInverseReg(Y, INPUTS).fit(slice_n=4),
    "AutoReg": lambda: AutoReg(SERIES, lags=2).fit(),
    "ARDL": lambda: ARDL(SERIES, 1, TWO_SERIES[["north"]], 1).fit(),
    "ARIMA": lambda: ARIMA(SERIES, order=(1, 1, 1)).fit(),
    "SARIMAX": lambda: SARIMAX(SERIES, order=(1, 0, 0), trend="c").fit(disp=0),
    "UnobservedComponents": lambda: UnobservedComponents(SERIES, "local level").fit(disp=0),
    "VARMAX": _quietly(lambda: VARMAX(TWO_SERIES, order=(1, 0)).fit(disp=0, maxiter=20)),
    "DynamicFactorMQ": lambda: DynamicFactorMQ(TWO_SERIES, factors=1, factor_orders=1).fit(
        maxiter=5, disp=False
    ),
    "ETSModel": lambda: ETSModel(SERIES, trend="add").fit(disp=0),
    "ExponentialSmoothing": lambda: ExponentialSmoothing(
        SERIES, trend="add", seasonal="add", seasonal_periods=12
    ).fit(),
    "SimpleExpSmoothing": lambda: SimpleExpSmoothing(
        SERIES, initialization_method="estimated"
    ).fit(),
    "Holt": lambda: Holt(SERIES, initialization_method="estimated").fit(),
    "MarkovRegression": _quietly(lambda: MarkovRegression(TWO_SERIES["north"], k_regimes=2).fit()),
    "MarkovAutoregression": _quietly(
        lambda: MarkovAutoregression(TWO_SERIES["north"], k_regimes=2, order=1).fit()
    ),
    "ThetaModel": lambda: ThetaModel(SERIES).fit(),
    "STLForecast": lambda: STLForecast(SERIES, ARIMA, model_kwargs={"order": (1, 0, 0)}).fit(),
    "MICE": _imputed,
    "MI": _imputed_by_bayes,
    "VAR": lambda: sm.tsa.VAR(TWO_SERIES).fit(2),
    "SVAR": lambda: SVAR(
        TWO_SERIES, svar_type="B", B=np.array([["E", 0], ["E", "E"]], dtype=object)
    ).fit(maxlags=1),
    "VECM": lambda: VECM(TWO_SERIES.cumsum(), k_ar_diff=1).fit(),
}
if Version(sm.__version__) < Version("0.15"):
    del FITS["SVAR"]  # its summary fails there
