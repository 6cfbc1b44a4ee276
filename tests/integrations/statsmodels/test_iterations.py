"""The steps of optimisers: seen from within, numbered in a row, and without any influence."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
import statsmodels.api as sm
from packaging.version import Version
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.discrete.count_model import ZeroInflatedPoisson

from autolog.testing import record

OBJECTIVE, GRADIENT = "iteration_objective", "iteration_gradient_norm"
METHODS = ["newton", "nm", "bfgs", "lbfgs", "powell", "cg", "ncg", "basinhopping", "minimize"]


def steps_of(fit, metric=OBJECTIVE):
    with record(log_models=False) as runs:
        result = fit()
        return result, runs.only.metric_history(metric)


@pytest.mark.parametrize("method", METHODS)
def test_every_optimiser_has_steps_and_the_same_result(examples, method):
    def fit():
        model = sm.Logit(examples["BINARY"], examples["X"])
        options = {"niter": 3} if method == "basinhopping" else {}
        np.random.seed(1)  # noqa: NPY002 - what the optimiser draws from
        return model.fit(method=method, disp=0, maxiter=200, **options)

    bare = fit()
    result, steps = steps_of(fit, GRADIENT if method == "newton" else OBJECTIVE)

    assert [step for step, _ in steps] == list(range(len(steps)))
    assert len(steps) >= 2
    assert result.params.tolist() == bare.params.tolist()
    assert result.mle_retvals.keys() == bare.mle_retvals.keys()
    told, expected = result.mle_settings, bare.mle_settings
    # of statsmodels' own, which looks for a perfect separation
    assert told.pop("callback").__func__ is expected.pop("callback").__func__
    assert str(told) == str(expected)


def test_the_objective_is_the_negative_log_likelihood_of_an_observation(examples):
    result, steps = steps_of(examples["FITS"]["BetaModel"])

    assert steps[-1].value == pytest.approx(-result.llf / len(examples["Y"]))
    assert len(steps) == result.mle_retvals["gcalls"] or len(steps) > 3


def test_slopes_get_flat(examples):
    _, steps = steps_of(examples["FITS"]["Logit"], GRADIENT)

    assert steps[0].value > 1e-3 > steps[-1].value


def test_weighted_least_squares_has_a_deviance_at_each_iteration(examples):
    result, steps = steps_of(examples["FITS"]["GLM, Poisson"], "iteration_deviance")

    told = result.fit_history["deviance"]
    assert [value for _, value in steps] == [value for value in told if np.isfinite(value)]


def test_expectation_maximisation_has_a_likelihood_at_each_iteration(examples):
    with pytest.warns(Warning, match="maximum number of iterations"):
        result, steps = steps_of(examples["FITS"]["DynamicFactorMQ"], "iteration_llf")

    assert [value for _, value in steps] == list(result.mle_retvals.llf)


def test_a_model_that_is_fitted_on_the_way_has_no_steps(examples):
    model = ZeroInflatedPoisson(examples["COUNTS"], examples["X"])
    within = []

    result, steps = steps_of(lambda: model.fit(disp=0, callback=within.append))

    assert len(steps) == len(within)
    assert result.mle_settings["callback"] is not None


def test_the_callback_of_the_user_is_called_first_and_stays_in_the_result(examples):
    called = []

    with record() as runs:

        def callback(params):
            runs.session.flush()
            called.append((params.tolist(), len(runs.only.metric_history(GRADIENT))))

        result = sm.Logit(examples["BINARY"], examples["X"]).fit(disp=0, callback=callback)

    assert [seen for _, seen in called] == list(range(len(called)))
    assert called[-1][0] == result.params.tolist()
    assert result.mle_settings["callback"] is callback


def test_an_error_in_the_users_callback_is_his(examples):
    def fail(params):
        raise KeyError("mine")

    with record() as runs:
        with pytest.raises(KeyError, match="mine"):
            sm.Logit(examples["BINARY"], examples["X"]).fit(disp=0, callback=fail)

        assert runs.only.status == "FAILED"
        assert "autolog.error" not in runs.only.tags


@pytest.mark.skipif(
    Version(scipy.__version__) < Version("1.11"), reason="SciPy before 1.11 gives parameters only"
)
def test_a_callback_that_takes_scipys_own_result_gets_it(examples):
    seen = []

    def callback(intermediate_result):
        seen.append(float(intermediate_result.fun))

    _, steps = steps_of(
        lambda: sm.Logit(examples["BINARY"], examples["X"]).fit(
            method="minimize", min_method="trust-ncg", disp=0, callback=callback
        )
    )

    assert [value for _, value in steps] == seen


def test_settings_of_the_users_are_written_to_by_statsmodels_alone(examples):
    settings = {"method": "trust-ncg"}

    with record():
        model = sm.Logit(examples["BINARY"], examples["X"])
        model.fit(method="basinhopping", niter=1, minimizer=settings, disp=0)

    assert settings["jac"].__module__ == "statsmodels.base.model"


def test_an_optimiser_asks_for_likelihoods_as_often_as_without(examples):
    asked = []

    class Counting(GenericLikelihoodModel):
        def loglike(self, params):
            asked.append(params.tolist())
            return -float(np.sum((self.endog - self.exog @ params) ** 2))

    def fit():
        asked.clear()
        Counting(examples["Y"], examples["X"]).fit(np.zeros(3), method="bfgs", disp=0)
        return list(asked)

    bare = fit()
    with record(log_models=False, log_plots=False):
        recorded = fit()

    # the result is asked for its likelihood once more
    assert recorded[:-1] == bare


def test_every_n_steps_is_obeyed(examples):
    with record(every_n_steps=5) as runs:
        examples["FITS"]["BetaModel"]()

        assert {step % 5 for step, _ in runs.only.metric_history(OBJECTIVE)} == {0}
