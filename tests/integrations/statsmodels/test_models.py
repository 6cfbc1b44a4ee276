"""The models that are kept: their signatures, their files, and what is left out on request."""

from __future__ import annotations

import json
import logging

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from autolog.model_loading import load_model
from autolog.testing import record
from autolog_statsmodels import flavor
from autolog_statsmodels.flavor import StatsmodelsFlavor


def model_of(runs):
    return runs.session.directory / "artifacts" / runs.only.run_id / "model"


def signature_of(fit):
    with record() as runs:
        fit()
        told = json.loads(runs.only.models["model"].signature)
    return {side: json.loads(text) for side, text in told.items() if text is not None}


def names_in(schema):
    return [column["name"] for column in schema]


def test_arrays_are_predicted_from_arrays(examples):
    signature = signature_of(examples["FITS"]["OLS"])

    assert signature["inputs"][0]["tensor-spec"] == {"dtype": "float64", "shape": [-1, 3]}
    assert signature["outputs"][0]["tensor-spec"] == {"dtype": "float64", "shape": [-1]}


def test_frames_are_predicted_from_their_columns(examples):
    inputs = pd.DataFrame(examples["X"], columns=["const", "age", "income"])

    signature = signature_of(lambda: sm.OLS(examples["Y"], inputs).fit())

    assert names_in(signature["inputs"]) == ["const", "age", "income"]


def test_formulas_are_predicted_from_the_columns_that_they_name(examples):
    frame = examples["FRAME"].rename(columns={"b": "body mass"})

    signature = signature_of(lambda: smf.ols("y ~ np.abs(a) + Q('body mass')", frame).fit())

    assert names_in(signature["inputs"]) == ["a", "body mass"]


def test_series_are_predicted_step_by_step(examples):
    signature = signature_of(examples["FITS"]["ARIMA"])

    assert names_in(signature["inputs"]) == ["start", "end"]
    assert {column["type"] for column in signature["inputs"]} == {"long"}
    assert signature["outputs"][0]["type"] == "double"


@pytest.mark.parametrize("name", ["VAR", "VECM"])
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_what_mlflow_cannot_ask_has_no_signature(examples, name):
    with record() as runs:
        examples["FITS"][name]()

        assert runs.only.models["model"].signature is None
        assert "python_function" not in (model_of(runs) / "MLmodel").read_text()


def test_the_data_are_removed_on_request_and_stay_in_the_users_result(examples):
    with record() as runs:
        whole = examples["FITS"]["OLS of a formula"]()
        size = runs.only.models["model"].size_bytes
    with record(statsmodels={"remove_data": True}) as runs:
        result = examples["FITS"]["OLS of a formula"]()

        assert runs.only.models["model"].size_bytes < size
        loaded = load_model(model_of(runs), trust=True)
        assert "model_summary.txt" in runs.only.artifacts
        summary = model_of(runs).parent / "model_summary.txt"
        assert "OLS Regression Results" in summary.read_text()
    assert loaded.model.endog is None
    rows = examples["FRAME"][:5]
    np.testing.assert_array_equal(loaded.predict(rows), whole.predict(rows))
    assert result.model.endog is not None
    assert result._results._cache == {}


@pytest.mark.filterwarnings("ignore")  # of data as small as these
def test_a_result_that_has_computed_nothing_yet_can_be_kept_without_its_data(examples):
    with record(statsmodels={"remove_data": True}) as runs:
        examples["FITS"]["MixedLM"]()

        assert "autolog.model_skipped" not in runs.only.tags
        assert load_model(model_of(runs), trust=True).model.endog is None


def test_a_result_that_cannot_do_without_its_data_is_not_kept(examples, caplog):
    with record(statsmodels={"remove_data": True}) as runs:
        examples["FITS"]["VAR"]()

        assert "model" not in runs.only.models
        assert "cannot do without its data" in runs.only.tags["autolog.model_skipped"]
        assert {"model_summary.txt", "coefficients.csv"} <= {*runs.only.artifacts}


def test_a_large_model_is_kept_with_a_warning_that_says_its_size(examples, monkeypatch, caplog):
    monkeypatch.setattr(flavor, "_LARGE_BYTES", 1000)

    with record() as runs, caplog.at_level(logging.WARNING, "autolog"):
        examples["FITS"]["OLS"]()

        size = (model_of(runs) / "model.statsmodels").stat().st_size
        assert "model" in runs.only.models
    assert [f"{size:,} bytes" in message for message in caplog.messages] == [True]


def test_a_model_above_the_users_limit_is_not_kept(examples):
    with record(max_model_bytes=1000) as runs:
        examples["FITS"]["OLS"]()

        assert runs.only.models == {}
        assert "max_model_bytes" in runs.only.tags["autolog.model_skipped"]


def test_the_engine_of_a_formula_is_among_the_requirements(examples):
    with record() as runs:
        examples["FITS"]["OLS of a formula"]()
        runs.session.flush()

        requirements = (model_of(runs) / "requirements.txt").read_text()
    assert "statsmodels==" in requirements
    assert "patsy==" in requirements


def test_the_inputs_of_an_example_are_those_of_the_model(examples):
    with record(log_input_examples=True) as runs:
        examples["FITS"]["ARIMA"]()
        runs.session.flush()

        example = json.loads((model_of(runs) / "input_example.json").read_text())
    assert example == {"columns": ["start", "end"], "data": [[115, 119]]}


def test_data_are_described_with_their_targets(examples):
    inputs, targets = examples["X"], examples["Y"]

    with record() as runs:
        sm.OLS(targets, inputs).fit()

        described = runs.only.datasets["train", "inputs"]
    assert json.loads(described.profile)["features_shape"] == [120, 3]
    assert json.loads(described.profile)["targets_shape"] == [120]


def test_the_frame_of_a_formula_is_described_with_all_its_columns(examples):
    def fit():
        patients = examples["FRAME"]
        return smf.ols("y ~ a", patients).fit()

    with record() as runs:
        fit()

        described = runs.only.datasets["train", "patients"]
    columns = names_in(json.loads(described.schema)["mlflow_colspec"])
    assert columns == list(examples["FRAME"].columns)


def test_a_series_is_described_by_its_name(examples):
    with record() as runs:
        examples["FITS"]["ETSModel"]()

        described = runs.only.datasets["train", "SERIES"]
    assert names_in(json.loads(described.schema)["mlflow_colspec"]) == ["sales"]


def test_only_results_are_accepted(examples):
    writes = StatsmodelsFlavor()

    assert writes.accepts(examples["FITS"]["OLS"]())
    assert writes.accepts(examples["FITS"]["VECM"]())
    assert not writes.accepts(sm.OLS(examples["Y"], examples["X"]))
    assert not writes.accepts(object())
