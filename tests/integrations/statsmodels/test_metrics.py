"""The metrics of a result: MLflow's, those beyond them, and whether it has converged."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from autolog.testing import record

OF_MLFLOW = [
    *("aic", "bic", "centered_tss", "condition_number", "df_model", "df_resid", "ess", "f_pvalue"),
    *("fvalue", "llf", "mse_model", "mse_resid", "mse_total", "rsquared", "rsquared_adj", "scale"),
    *("ssr", "uncentered_tss"),
]


def metrics_of(fit):
    with record(log_models=False) as runs:
        result = fit()
        return result, runs.only.metrics


def test_a_linear_model_has_all_eighteen_metrics_of_mlflow(examples):
    result, metrics = metrics_of(examples["FITS"]["OLS"])

    assert {name: metrics[name] for name in OF_MLFLOW} == {
        name: float(getattr(result, name)) for name in OF_MLFLOW
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GLM, Poisson", {"deviance", "pearson_chi2", "bic_llf", "nobs", "converged"}),
        ("ARIMA", {"aicc", "hqic", "mae", "mse", "sse", "nobs", "converged", "iterations"}),
        ("ETSModel", {"aicc", "hqic", "mae", "mse", "sse", "converged", "iterations"}),
        ("ExponentialSmoothing", {"aicc", "sse", "converged", "iterations"}),
        ("VAR", {"fpe", "hqic", "llf", "nobs"}),
        ("MixedLM", {"llf", "converged", "iterations"}),
        ("MarkovRegression", {"hqic", "converged", "iterations"}),
        ("PHReg", {"llf", "converged", "iterations"}),
        ("QuantReg", {"prsquared", "iterations"}),
    ],
)
@pytest.mark.filterwarnings("ignore")  # of data as small as these
def test_other_models_have_what_their_results_offer(examples, name, expected):
    _, metrics = metrics_of(examples["FITS"][name])

    assert expected <= metrics.keys()


@pytest.mark.parametrize(
    "name", ["Logit", "Logit, L1", "Probit", "MNLogit", "Poisson", "OrderedModel"]
)
def test_a_likelihood_is_compared_with_that_of_a_constant_as_statsmodels_does(examples, name):
    result, metrics = metrics_of(examples["FITS"][name])

    for metric in ("llnull", "llr", "llr_pvalue", "prsquared"):
        assert metrics[metric] == pytest.approx(getattr(result, metric), rel=1e-5), metric


def test_a_null_model_that_had_to_be_fitted_is_not(examples):
    counts, inputs = examples["COUNTS"], examples["X"]

    _, metrics = metrics_of(
        lambda: sm.Poisson(counts, inputs, exposure=np.full(len(counts), 2.0)).fit(disp=0)
    )

    assert "prsquared" not in metrics
    assert metrics["llf"] < 0


def test_a_fit_that_has_not_converged_says_so(examples):
    model = sm.Logit(examples["BINARY"], examples["X"])

    with record() as runs:
        with pytest.warns(ConvergenceWarning):
            model.fit(maxiter=1, disp=0)

        assert runs.only.metrics["converged"] == 0.0
        assert runs.only.metrics["iterations"] == 1.0
        assert "failed to converge" in runs.only.tags["warnings.ConvergenceWarning"]


def test_constrained_fits_tell_of_the_fit_within_the_constraints(examples):
    result, metrics = metrics_of(examples["FITS"]["Poisson, constrained"])

    told = result.results_constrained.mle_retvals
    assert metrics["converged"] == told["converged"] == 1.0
    assert metrics["iterations"] == told["iterations"]


def test_what_a_result_computes_when_it_is_asked_is_forgotten_again(examples):
    with record():
        result = examples["FITS"]["OLS"]()

    assert result._results._cache == {}


def test_what_the_user_has_asked_stays_in_the_cache(examples):
    model = sm.OLS(examples["Y"], examples["X"])
    first = model.fit()
    computed = first.rsquared
    cache = dict(first._results._cache)

    with record():
        model.fit()

    assert first._results._cache == cache
    assert first._results._cache["rsquared"] == computed


def test_a_result_that_cannot_compute_a_figure_is_recorded_without_it(examples):
    result, metrics = metrics_of(examples["FITS"]["IV2SLS"])

    with pytest.raises(NotImplementedError):
        _ = result.llf
    assert "llf" not in metrics
    assert math.isfinite(metrics["rsquared"])


def test_parameters_instead_of_a_result_have_no_figures(examples):
    with record() as runs:
        model = sm.tsa.SARIMAX(examples["SERIES"], order=(0, 1, 1))
        params = model.fit(disp=0, return_params=True)

        assert "llf" not in runs.only.metrics
        assert runs.only.metrics["fit_seconds"] > 0
        assert runs.only.models == {}
    assert isinstance(pickle.loads(pickle.dumps(params)), np.ndarray)
