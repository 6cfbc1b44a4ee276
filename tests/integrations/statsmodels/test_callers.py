"""Which fits are runs: those that the user asks for, and not those of statsmodels itself."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.sandbox.regression.gmm import IVGMM
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.tsa.ar_model import AutoReg, ar_select_order
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.stattools import adfuller

import autolog
from autolog.testing import record


def test_a_fit_within_a_fit_is_silent(examples):
    with record() as runs:
        examples["FITS"]["ARIMA"]()
        examples["FITS"]["GLM, constrained"]()

        assert [run.name for run in runs.all] == ["ARIMA", "GLM"]


@pytest.mark.parametrize("method", ["fit_regularized", "fit_constrained"])
def test_other_methods_that_fit_are_runs(examples, method):
    arguments = {"fit_regularized": {"alpha": 0.5}, "fit_constrained": {"constraints": "x1 = 0"}}
    model = sm.Poisson(examples["COUNTS"], examples["X"])

    with record() as runs:
        getattr(model, method)(disp=0, **arguments[method])

        assert runs.only.name == "Poisson"
        assert runs.only.status == "FINISHED"


@pytest.mark.parametrize("kind", ["ARIMA", "AutoReg"])
@pytest.mark.parametrize("method", ["append", "apply"])
def test_a_result_that_is_fitted_again_to_more_data_is_another_run(examples, kind, method):
    series = examples["SERIES"]
    make = {"ARIMA": lambda data: ARIMA(data, order=(1, 0, 0)), "AutoReg": lambda d: AutoReg(d, 1)}

    def fit_again():
        result = make[kind](series[:100]).fit()
        return getattr(result, method)(series[100:], refit=True)

    bare = fit_again()
    with record() as runs:
        recorded = fit_again()

        assert [run.name for run in runs.all] == [kind, kind]
        assert runs.all[1].metrics["aic"] == bare.aic
    assert recorded.params.tolist() == bare.params.tolist()


def test_a_result_that_is_applied_to_more_data_as_it_is_fits_nothing(examples):
    series = examples["SERIES"]

    with record() as runs:
        result = ARIMA(series[:100], order=(1, 0, 0)).fit()
        result.append(series[100:])
        result.extend(series[100:])
        result.apply(series)

        assert len(runs) == 1


@pytest.mark.parametrize("method", ["fitgmm", "fitgmm_cu", "fititer"])
def test_the_parts_of_a_generalised_method_of_moments_are_runs_when_they_are_called(
    examples, method
):
    inputs = examples["X"]
    instruments = np.column_stack([inputs, examples["INPUTS"] ** 3])

    with record() as runs:
        model = IVGMM(examples["Y"], inputs, instruments)
        model.fit(maxiter=1, optim_args={"disp": 0})
        getattr(model, method)(np.zeros(3), optim_args={"disp": 0})

        assert [run.name for run in runs.all] == ["IVGMM", "IVGMM"]
        assert "model" in runs.all[0].models
        assert "coefficients.csv" in runs.all[1].artifacts


def test_tests_of_statsmodels_that_fit_models_are_no_runs(examples):
    with record() as runs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the form of its answer is about to change
            adfuller(examples["SERIES"])
        variance_inflation_factor(examples["X"], 1)

        assert list(runs) == []


def test_what_a_result_fits_when_it_is_asked_is_no_run(examples):
    with record() as runs:
        result = examples["FITS"]["Logit"]()
        assert result.llnull < 0
        result.summary()

        assert len(runs) == 1


def test_a_search_for_an_order_is_no_run(examples):
    with record() as runs:
        found = ar_select_order(examples["SERIES"], maxlag=3)

        assert found.ar_lags
        assert list(runs) == []


def test_classes_of_the_user_are_recorded(examples):
    class Mine(GenericLikelihoodModel):
        def loglike(self, params):
            return -float(np.sum((self.endog - self.exog @ params) ** 2))

        def fit(self, **arguments):
            return super().fit(np.zeros(3), method="bfgs", disp=0, **arguments)

    with record() as runs:
        Mine(examples["Y"], examples["X"]).fit()

        assert runs.only.name == "Mine"


def test_a_fit_that_fails_is_a_failed_run(examples):
    with record() as runs:
        with pytest.raises(ValueError, match="pinv"):
            sm.OLS(examples["Y"], examples["X"]).fit(method="bogus")

        assert runs.only.status == "FAILED"
        assert runs.only.params["method"] == "bogus"


def test_a_run_of_the_users_is_used(examples):
    with record() as runs:
        with autolog.run("mine"):
            examples["FITS"]["OLS"]()
            examples["FITS"]["WLS"]()

        assert runs.only.name == "mine"
        assert "rsquared" in runs.only.metrics
        assert [child.name for child in runs.only.children] == ["WLS"]


def test_nothing_is_imported_for_the_user():
    script = """
import sys
from autolog import autolog
autolog(silent=True)
import statsmodels
print(sorted(name for name in sys.modules if name.startswith(("statsmodels.", "pandas"))))
import statsmodels.regression.linear_model as linear
print([name for name in ("statsmodels.tsa.arima.model", "matplotlib") if name in sys.modules])
linear.OLS([1.0, 2.0, 4.0], [[1.0], [2.0], [3.0]]).fit()
import autolog
print(autolog.last_run().name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    bare, needless, name = done.stdout.splitlines()
    # what importing statsmodels imports by itself
    assert "linear_model" not in bare
    assert needless == "[]"
    assert name == "OLS"
