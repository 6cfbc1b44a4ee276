"""The files that a result can be made into, and the plots of what it leaves unexplained."""

from __future__ import annotations

import csv
import io
import json
import warnings

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.regression.rolling import RollingOLS

from autolog import autolog
from autolog.errors import ModelDamaged
from autolog.testing import record
from autolog_statsmodels.coefficient_metrics import readable_name


def undated(text):
    return [line for line in text.splitlines() if not line.startswith(("Date:", "Time:"))]


@pytest.mark.parametrize("name", ["OLS", "OLS of a formula", "MixedLM", "ARIMA", "GLM, Poisson"])
@pytest.mark.filterwarnings("ignore")  # of data as small as these
def test_the_summary_is_that_of_the_result(examples, content_of, name):
    with record() as runs:
        result = examples["FITS"][name]()

        text = content_of(runs, "model_summary.txt")
    assert undated(text) == undated(result.summary().as_text())


def test_the_page_holds_the_same_tables(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["OLS"]()

        page = content_of(runs, "model_summary.html")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<table") == result.summary().as_html().count("<table") == 3


def test_a_summary_that_has_no_form_for_pages_is_shown_as_it_is(examples, content_of):
    with record() as runs:
        examples["FITS"]["VAR"]()

        assert "<pre>" in content_of(runs, "model_summary.html")


def test_the_table_of_coefficients_is_that_of_the_result(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["OLS of a formula"]()

        rows = list(csv.reader(io.StringIO(content_of(runs, "coefficients.csv"))))
    assert rows[0] == [
        *("name", "estimate", "std_err", "statistic", "p_value", "ci_lower", "ci_upper")
    ]
    assert [row[0] for row in rows[1:]] == list(result.params.index)
    table = np.array([row[1:] for row in rows[1:]], dtype=float)
    assert table[:, 0].tolist() == result.params.tolist()
    assert table[:, 1].tolist() == result.bse.tolist()
    assert table[:, 2].tolist() == result.tvalues.tolist()
    assert table[:, 3].tolist() == result.pvalues.tolist()
    assert table[:, 4:].tolist() == result.conf_int().to_numpy().tolist()


def test_the_coefficients_are_there_as_json_too(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["Holt"]()

        rows = json.loads(content_of(runs, "coefficients.json"))
    assert rows[0]["name"] == "smoothing_level"
    assert rows[0]["estimate"] == result.params["smoothing_level"]
    assert rows[0]["std_err"] is None
    assert not {"use_boxcox", "remove_bias", "initial_seasons"} & {row["name"] for row in rows}


def test_coefficients_of_several_outputs_are_named_after_both(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["MNLogit"]()

        rows = json.loads(content_of(runs, "coefficients.json"))
    assert [row["name"] for row in rows[:4]] == ["y=1:const", "y=1:x1", "y=1:x2", "y=2:const"]
    estimates = [row["estimate"] for row in rows]
    assert estimates == result.params.ravel(order="F").tolist()
    lower = [row["ci_lower"] for row in rows]
    assert lower == result.conf_int()[:, :, 0].ravel().tolist()


def test_coefficients_of_classes_with_names_are_named_after_these(examples, content_of):
    frame = examples["FRAME"]

    with record() as runs:
        sm.MNLogit(frame["city"].astype(str), sm.add_constant(frame[["a"]])).fit(disp=0)

        rows = json.loads(content_of(runs, "coefficients.json"))
    assert [row["name"] for row in rows] == [
        *("city=Paris:const", "city=Paris:a", "city=Rome:const", "city=Rome:a")
    ]


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_coefficients_of_an_error_correction_are_named_after_their_matrices(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["VECM"]()

        rows = {row["name"]: row for row in json.loads(content_of(runs, "coefficients.json"))}
    assert rows["alpha[1,0]"]["estimate"] == result.alpha[1, 0]
    assert rows["gamma[0,1]"]["std_err"] == result.stderr_gamma[0, 1]
    assert rows["gamma[1,0]"]["ci_lower"] == result.conf_int_gamma()["lower"][1, 0]


def test_coefficients_become_metrics_on_request(examples):
    with record(statsmodels={"log_coefficients": True}) as runs:
        result = examples["FITS"]["OLS of a formula"]()

        metrics = runs.only.metrics
    assert metrics["coef_Intercept"] == result.params["Intercept"]
    assert metrics["coef_city.Paris"] == result.params["C(city)[T.Paris]"]
    assert metrics["coef_np.abs.a"] == result.params["np.abs(a)"]


def test_of_many_windows_the_last_coefficients_are_metrics_and_all_a_table(examples, content_of):
    with record(statsmodels={"log_coefficients": True}) as runs:
        result = examples["FITS"]["RollingOLS"]()

        metrics = runs.only.metrics
        rows = {row["name"]: row for row in json.loads(content_of(runs, "coefficients.json"))}
    assert [name for name in metrics if name.startswith("coef_")] == ["coef_a", "coef_b"]
    assert metrics["coef_a"] == result.params["a"].iloc[-1]
    assert rows["b:40"]["estimate"] == result.params["b"][40]


def test_no_table_is_promised_of_more_coefficients_than_one_takes():
    rows = np.random.default_rng(0).normal(size=(10_001, 1))

    with record() as runs:
        RollingOLS(rows[:, 0], np.ones_like(rows), window=30).fit()

        assert "coefficients.csv" not in runs.only.artifacts
        assert "model" in runs.only.models


def test_coefficients_are_no_metrics_unless_they_are_asked_for(examples):
    with record() as runs:
        examples["FITS"]["OLS"]()

        assert not [name for name in runs.only.metrics if name.startswith("coef_")]


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("C(city)[T.Paris]", "city.Paris"),
        ("C(city, Treatment('Rome'))[T.Paris]", "city.Paris"),
        ("city[T.Paris]:age", "city.Paris:age"),
        ("np.log(income)", "np.log.income"),
        ("Q('body mass')", "body mass"),
        ("I(a ** 2)", "I.a _ 2"),
        ("ar.L1", "ar.L1"),
        ("%", "coefficient"),
    ],
)
def test_names_of_coefficients_are_made_readable(name, readable):
    assert readable_name(name) == readable


def test_nothing_is_computed_for_the_summary_while_the_user_waits(examples, monkeypatch):
    asked = []
    kind = type(examples["FITS"]["OLS"]()._results)
    monkeypatch.setattr(kind, "summary", asked.append)

    with record() as runs:
        examples["FITS"]["OLS"]()

        assert "model_summary.txt" in runs.only.artifacts
    assert asked == []


@pytest.mark.parametrize("keeps_models", [True, False])
@pytest.mark.parametrize("name", ["OLS", "Logit, L1", "PHReg"])
def test_warnings_are_shown_once_as_without(examples, name, keeps_models):
    def shown():
        scope = {"__warningregistry__": {}}
        code = compile("import warnings; warnings.warn('again')", "here.py", "exec")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            for _ in range(3):
                exec(code, scope)
                examples["FITS"][name]()
        return len(caught)

    with record(log_models=keeps_models, statsmodels={"log_coefficients": True}) as runs:
        recorded = shown()

        assert len(runs) == 3
    assert recorded == shown() == 1


def test_a_result_that_cannot_be_stored_is_asked_at_once(examples, content_of):
    with record() as runs:
        with pytest.warns(Warning, match="Dropped"):
            examples["FITS"]["ConditionalLogit"]()

        assert "cannot pickle" in runs.only.tags["autolog.model_skipped"]
        assert "x1" in content_of(runs, "model_summary.txt")


def test_of_models_that_are_not_kept_there_are_the_coefficients(examples, content_of):
    with record(log_models=False) as runs:
        result = examples["FITS"]["OLS of a formula"]()

        rows = {row["name"]: row for row in json.loads(content_of(runs, "coefficients.json"))}
        assert not [path for path in runs.only.artifacts if "summary" in path]
    assert list(rows) == list(result.params.index)
    assert rows["b"]["p_value"] == result.pvalues["b"]
    assert rows["b"]["ci_upper"] == result.conf_int().loc["b", 1]


def test_a_fit_that_gives_its_params_alone_has_a_table_of_them(examples, content_of):
    model = sm.tsa.SARIMAX(examples["SERIES"], order=(1, 0, 0), trend="c")

    with record() as runs:
        params = model.fit(disp=0, return_params=True)

        rows = json.loads(content_of(runs, "coefficients.json"))
    assert {row["name"]: row["estimate"] for row in rows} == dict(
        zip(["intercept", "ar.L1", "sigma2"], params.tolist(), strict=True)
    )
    assert rows[0]["std_err"] is None


def test_plots_of_residuals_are_kept(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["OLS"]()

        residuals = json.loads(content_of(runs, "training_residuals.json"))
        quantiles = json.loads(content_of(runs, "training_residual_quantiles.json"))
        assert "training_residual_autocorrelation.png" not in runs.only.artifacts
    np.testing.assert_allclose(residuals["residuals"], result.resid, atol=1e-2)
    assert quantiles["rows"] == len(result.resid)
    assert quantiles["residuals"] == sorted(quantiles["residuals"])


def test_series_have_the_autocorrelation_of_what_is_left(examples, content_of):
    with record() as runs:
        result = examples["FITS"]["AutoReg"]()

        plot = json.loads(content_of(runs, "training_residual_autocorrelation.json"))
    expected = sm.tsa.acf(result.resid, nlags=40)[1:]
    np.testing.assert_allclose(plot["correlations"], expected, atol=1e-4)


def test_a_series_that_is_differenced_is_not_shown_before_its_filter_has_started(
    examples, content_of
):
    with record() as runs:
        result = examples["FITS"]["ARIMA"]()

        plot = json.loads(content_of(runs, "training_residual_quantiles.json"))
    assert plot["rows"] == len(result.resid) - result.loglikelihood_burn


def test_a_series_that_is_shorter_than_its_filter_takes_to_start_has_no_plots(examples):
    with record() as runs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sm.tsa.SARIMAX(examples["LEVELS"][:3], order=(0, 3, 0)).fit(disp=0)

        assert "autolog.error" not in runs.only.tags
        assert not [path for path in runs.only.artifacts if path.startswith("training_")]


def test_plots_are_not_kept_where_they_are_not_wanted(examples):
    with record(log_plots=False) as runs:
        examples["FITS"]["OLS"]()

        assert not [path for path in runs.only.artifacts if path.startswith("training_")]


def test_whoever_looks_at_a_recorded_run_finds_the_summary(examples, tmp_path, monkeypatch):
    import autolog as package

    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path))
    autolog(silent=True)
    smf.ols("y ~ a", examples["FRAME"]).fit()
    package.shutdown()

    run = package.get_run("last")

    files = {artifact.path: artifact for artifact in run.artifacts}
    assert "OLS Regression Results" in files["model_summary.txt"].file.read_text()
    assert files["coefficients.csv"].file.read_text().startswith("name,estimate")
    assert files["training_residual_quantiles.png"].file.stat().st_size > 1000


def test_a_summary_is_not_made_of_a_model_that_was_changed(examples, tmp_path, monkeypatch):
    import autolog as package

    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path))
    autolog(silent=True)
    examples["FITS"]["OLS"]()
    package.shutdown()
    run = package.get_run("last")
    (run.artifact_directory / "model" / "model.statsmodels").write_bytes(b"other")

    artifact = next(one for one in run.artifacts if one.path == "model_summary.txt")

    with pytest.raises(ModelDamaged):
        _ = artifact.file
