"""The params of a fit: how its model was set up, and what it was called with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from autolog.testing import record


def params_of(fit):
    with record(log_models=False) as runs:
        fit()
        return runs.only.params


@pytest.fixture
def frame(examples):
    return examples["FRAME"]


def test_arguments_of_a_fit_are_params_with_their_defaults(examples):
    params = params_of(lambda: sm.OLS(examples["Y"], examples["X"]).fit(cov_type="HC1"))

    assert params["cov_type"] == "HC1"
    assert params["method"] == "pinv"
    assert params["use_t"] == "None"


def test_arguments_of_open_parameters_are_params_and_the_parameters_are_not(examples):
    model = sm.Logit(examples["BINARY"], examples["X"])

    params = params_of(lambda: model.fit(disp=0, tol=1e-6))

    assert params["tol"] == "1e-06"
    assert not [name for name, value in params.items() if name == "kwargs" or "_empty" in value]


def test_a_formula_is_a_param_with_the_names_that_it_leads_to(frame):
    params = params_of(lambda: smf.ols("y ~ a + C(city)", frame).fit())

    assert params["formula"] == "y ~ a + C(city)"
    assert params["endog_names"] == "y"
    assert params["exog_names"] == "['Intercept', 'C(city)[T.Paris]', 'C(city)[T.Rome]', 'a']"


def test_families_links_and_structures_are_told_by_their_names(frame):
    model = smf.gee(
        "sick ~ a",
        "group",
        frame,
        family=sm.families.Binomial(link=sm.families.links.Probit()),
        cov_struct=sm.cov_struct.Independence(),
    )

    params = params_of(lambda: model.fit(maxiter=60))

    assert (params["family"], params["link"]) == ("Binomial", "Probit")
    assert params["cov_struct"] == "Independence"


def test_the_norm_of_a_robust_model_is_told_by_its_name(examples):
    model = sm.RLM(examples["Y"], examples["X"], M=sm.robust.norms.TukeyBiweight())

    assert params_of(lambda: model.fit(maxiter=50))["M"] == "TukeyBiweight"


def test_the_orders_and_the_trend_of_a_series_are_params(examples):
    params = params_of(examples["FITS"]["SARIMAX"])

    assert params["order"] == "(1, 0, 0)"
    assert params["seasonal_order"] == "(0, 0, 0, 0)"
    assert params["trend"] == "c"


def test_the_settings_of_smoothing_are_params(examples):
    params = params_of(examples["FITS"]["ExponentialSmoothing"])

    assert (params["trend"], params["seasonal"]) == ("add", "add")
    assert params["seasonal_periods"] == "12"


def test_a_covariance_that_the_model_has_chosen_is_told(examples):
    assert params_of(examples["FITS"]["ARIMA"])["cov_type"] == "opg"


def test_the_number_of_lags_that_a_criterion_has_chosen_is_told(examples):
    series = examples["INPUTS"].cumsum(axis=0)
    chosen = sm.tsa.VAR(series).fit(maxlags=3, ic="aic").k_ar

    params = params_of(lambda: sm.tsa.VAR(series).fit(maxlags=3, ic="aic"))

    assert (params["maxlags"], params["ic"]) == ("3", "aic")
    assert params["k_ar"] == str(chosen)


@pytest.mark.parametrize("told", ["drop", "raise", "none"])
def test_what_becomes_of_missing_values_is_told(examples, told):
    params = params_of(lambda: sm.OLS(examples["Y"], examples["X"], missing=told).fit())

    assert params["missing"] == told


def test_a_formula_drops_missing_values_unless_it_is_told_otherwise(frame):
    assert params_of(lambda: smf.ols("y ~ a", frame).fit())["missing"] == "drop"
    raising = params_of(lambda: smf.ols("y ~ a", frame, missing="raise").fit())
    assert raising["missing"] == "raise"


def test_arrays_among_the_arguments_of_a_fit_are_told_by_their_values_or_by_their_shape(examples):
    model = sm.Poisson(examples["COUNTS"], examples["X"])

    params = params_of(lambda: model.fit(start_params=np.zeros(3), disp=0))

    assert params["start_params"] == "[0. 0. 0.]"


def test_it_is_told_whether_rows_have_weights_offsets_or_exposures(examples):
    counts, inputs = examples["COUNTS"], examples["X"]
    poisson = sm.families.Poisson()
    weighted = sm.GLM(counts, inputs, family=poisson, freq_weights=counts + 1, exposure=counts + 1)

    bare = params_of(lambda: sm.GLM(counts, inputs, family=poisson).fit())
    given = params_of(lambda: weighted.fit(maxiter=50))

    assert [name for name, text in bare.items() if text == "given"] == []
    assert {name for name, text in given.items() if text == "given"} == {"exposure", "freq_weights"}


def test_a_series_may_have_any_name(examples):
    unnamed = pd.Series(examples["Y"], name=7)

    assert params_of(lambda: sm.OLS(unnamed, examples["X"]).fit())["endog_names"] == "7"


def test_a_model_of_thousands_of_variables_does_not_tell_all_their_names():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 300)))

    params = params_of(lambda: sm.OLS(wide[0], wide).fit())

    assert "exog_names" not in params


def test_the_class_of_a_model_is_in_the_tags(examples):
    with record() as runs:
        examples["FITS"]["OLS"]()

        assert runs.only.name == "OLS"
        assert runs.only.tags["estimator_name"] == "OLS"
        assert runs.only.tags["estimator_class"] == "statsmodels.regression.linear_model.OLS"
