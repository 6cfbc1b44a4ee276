"""Fits of statsmodels are recorded as by MLflow, but for what is told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from packaging.version import Version

from autolog.testing import record
from tools.parity.comparison import differences, entry_of

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "statsmodels_runs.json").read_text())
if Version(pytest.importorskip("statsmodels").__version__) < Version(
    TABLE["made_with"]["statsmodels"]
):
    pytest.skip("the table was made with a newer statsmodels", allow_module_level=True)

CASES = runpy.run_path(str(HERE / "statsmodels_cases.py"))["CASES"]
LIVE = ["OLS", "GLM, Poisson", "Logit", "ARIMA", "ExponentialSmoothing"]

JUNK = "MLflow takes a parameter for any further arguments for an argument of this value"
BEYOND = {
    r"\+ params/.*": "how a model was set up is worth knowing, and not only how it was fitted",
    r"\+ metrics/(fit_seconds|fit_cpu_seconds|peak_rss_bytes)": "what a fit took, too",
    r"\+ metrics/iteration_(objective|gradient_norm|deviance)": "each step of an optimiser",
    r"\+ metrics/(converged|iterations)": "whether a fit has converged decides what it is worth",
    r"\+ metrics/(ll(null|r|r_pvalue)|prsquared)": "how much better a model is than a constant",
    r"\+ metrics/(aicc|hqic|fpe|bic_llf|deviance|pearson_chi2|mae|mse|sse|nobs)": (
        "figures of other models than linear ones"
    ),
    r"\+ artifacts/(model_summary\.html|coefficients\.(csv|json))": "tables and pages",
    r"\+ artifacts/training_\w+\.(json|png)": "plots are drawn when somebody looks",
    r"\+ tags/(estimator_name|estimator_class)": "a model is known by its class",
    r"\+ tags/warnings\.\w+": "what a fit has warned of",
    r"\+ datasets/train": "MLflow's option for data sets is without effect",
    r"~ models/model": "MLflow keeps models of statsmodels without a signature",
    r"- params/(kwargs|fit_kwargs|args)": JUNK,
}
"""What differs in many cases, with the reason."""


def because(reason, *differing):
    return dict.fromkeys(differing, reason)


NO_WRAPPER = "to MLflow, only results in a wrapper have figures and a summary"
FIGURES = ("aic", "bic", "df_model", "df_resid", "llf", "scale")
DIFFERENCES = {
    "PHReg": because(
        NO_WRAPPER,
        "+ artifacts/model_summary.txt",
        *(f"+ metrics/{name}" for name in FIGURES if name not in {"aic", "bic"}),
    ),
    "Logit, L1": because(
        "MLflow does not know this method, and takes the arguments of a fit within it",
        *("- params/alpha_rescaled", "- params/cov_params_func", "- params/extra_fit_funcs"),
        *("- params/fargs", "- params/qc_verbose", "- params/retall", "- params/skip_hessian"),
        *("~ params/callback", "~ params/maxiter", "+ artifacts/model_summary.txt"),
        *(f"+ metrics/{name}" for name in FIGURES),
    ),
    "VAR": because("MLflow fails to write this summary", "+ artifacts/model_summary.txt"),
    **dict.fromkeys(
        ("ARIMA", "SARIMAX"),
        because(
            "the covariance is told that the model has chosen; MLflow tells that nobody has",
            "~ params/cov_type",
        )
        | because("MLflow's store has no infinity", "~ metrics/df_resid"),
    ),
}
"""By case: what else differs, with the reason."""


def test_the_table_was_made_from_these_cases():
    assert list(TABLE["cases"]) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_fit_is_recorded_as_by_mlflow_but_for_what_is_told(name):
    found = {one for one in differences_of(name) if reason_for(one) is None}

    assert found == DIFFERENCES.get(name, {}).keys()


def test_what_is_said_to_differ_in_many_cases_does_so_somewhere():
    found = set().union(*map(differences_of, CASES))

    assert [one for one in BEYOND if not any(re.fullmatch(one, other) for other in found)] == []


def test_the_installed_mlflow_records_what_the_table_says():
    finished = subprocess.run(
        [sys.executable, "-m", "tools.parity", "statsmodels_runs", *LIVE],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )

    live = json.loads(finished.stdout)

    assert list(live) == LIVE
    for name in LIVE:
        assert differences(live[name], TABLE["cases"][name]) == set()


def reason_for(difference):
    """Why this differs, if it does so in many cases."""
    return next((BEYOND[one] for one in BEYOND if re.fullmatch(one, difference)), None)


@cache
def differences_of(name):
    """How the records of a case differ, as the keys of `EVERYWHERE` tell it."""
    return differences(recorded(CASES[name]()), TABLE["cases"][name])


def recorded(fit):
    with record(statsmodels=fit.options) as runs:
        fit.run()
        return entry_of(runs.only, runs.session.directory / "artifacts" / runs.only.run_id)
