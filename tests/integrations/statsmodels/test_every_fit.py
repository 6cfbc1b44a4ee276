"""Fits of all kinds of models: each is one run, and its result is the same to the bit."""

from __future__ import annotations

import pickle
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autolog.testing import record
from autolog_statsmodels.flavor import StatsmodelsFlavor

FITS = runpy.run_path(str(Path(__file__).with_name("fits.py")))["FITS"]

SUMMARIES = {"model_summary.txt", "model_summary.html"}
TABLES = {"coefficients.csv", "coefficients.json"}
CANNOT_BE_PICKLED = {"ConditionalLogit"}
WITHOUT_SUMMARY = {"OLS, elastic net", "RollingOLS", "SlicedInverseReg"}
WITHOUT_COEFFICIENTS = {"Factor", "STLForecast"}
WITHOUT_ERRORS = {"DynamicFactorMQ"}
"""statsmodels fails when this result is asked for them."""

# statsmodels warns of data as small as these, and older versions of much that they do themselves
pytestmark = pytest.mark.filterwarnings("ignore")


def content_of(folder, name):
    """A file of a run, made of its model if it is not there yet."""
    if (folder / name).exists():
        return (folder / name).read_text()
    return StatsmodelsFlavor().render(folder / "model", {"data": "model.statsmodels"}, name)


def read_table(file):
    """The columns of a table of coefficients."""
    return pd.read_csv(file, index_col="name", float_precision="round_trip")


def bytes_of(result):
    """The pickle, or the values of a result that cannot be pickled."""
    inner = getattr(result, "_results", result)
    for model in (inner.model, getattr(getattr(inner, "results_constrained", None), "model", None)):
        if hasattr(model, "_tmp_like_exog"):
            model._tmp_like_exog = None  # memory that GLM has not yet written to
    try:
        return pickle.dumps(result)
    except (AttributeError, TypeError):
        values = {name: value for name, value in vars(inner).items() if np.ndim(value) == 1}
        return sorted(vars(inner)), pickle.dumps({name: values[name] for name in sorted(values)})


@pytest.mark.parametrize("name", FITS)
def test_a_fit_is_one_run_and_its_result_is_the_same_to_the_bit(name):
    FITS[name]()  # pandas keeps something in the data when they are first used
    bare = bytes_of(FITS[name]())

    with record(log_input_examples=True, statsmodels={"log_coefficients": True}) as runs:
        recorded = FITS[name]()
        before = bytes_of(recorded)
        runs.session.flush()

        run = runs.only
        assert run.status == "FINISHED"
        assert "autolog.error" not in run.tags
        assert "autolog.report_missing" not in run.tags
        assert run.metrics.keys() >= {"fit_seconds"}
        assert ("model" in run.models) == (name not in CANNOT_BE_PICKLED)
        assert SUMMARIES.issubset(run.artifacts) == (name not in WITHOUT_SUMMARY)
        assert TABLES.issubset(run.artifacts) == (name not in WITHOUT_COEFFICIENTS)
        folder = runs.session.directory / "artifacts" / run.run_id
        for artifact in (SUMMARIES | TABLES).intersection(run.artifacts):
            assert content_of(folder, artifact)
    assert before == bare
    assert bytes_of(recorded) == bare


@pytest.mark.parametrize("name", FITS)
def test_a_fit_whose_model_is_not_kept_has_its_coefficients_and_the_same_result(name):
    FITS[name]()
    bare = bytes_of(FITS[name]())

    with record(log_models=False) as runs:
        recorded = FITS[name]()

        run = runs.only
        folder = runs.session.directory / "artifacts" / run.run_id
        assert "autolog.report_missing" not in run.tags
        assert not SUMMARIES.intersection(run.artifacts)
        assert TABLES.issubset(run.artifacts) == (name not in WITHOUT_COEFFICIENTS)
        has_table = "coefficients.csv" in run.artifacts
        table = read_table(folder / "coefficients.csv") if has_table else {}
    assert bytes_of(recorded) == bare
    inner = getattr(recorded, "_results", recorded)
    for column, attribute in (("std_err", "bse"), ("statistic", "tvalues"), ("p_value", "pvalues")):
        asked = None if name in WITHOUT_ERRORS else getattr(inner, attribute, None)
        values = np.atleast_1d(np.asarray(asked, dtype=float)).ravel(order="F")
        if len(values) == len(table):
            np.testing.assert_array_equal(table[column], values)


@pytest.mark.parametrize("name", FITS)
def test_the_figures_of_a_run_are_those_of_the_result(name):
    with record() as runs:
        result = FITS[name]()

        metrics = runs.only.metrics
    asked = metrics.keys() & {"aic", "bic", "hqic", "llf", "rsquared", "ssr", "f_pvalue", "sse"}
    inner = getattr(result, "_results", result)
    for metric in asked:
        assert metrics[metric] == pytest.approx(getattr(inner, metric), nan_ok=True, abs=0, rel=0)
