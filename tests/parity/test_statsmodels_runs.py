"""Fits of statsmodels are recorded as by MLflow, but for what is told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

from tools.parity.contract import RunParity, because, run_table

TABLE = run_table("statsmodels_runs", statsmodels="statsmodels")
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


class TestStatsmodelsRuns(RunParity):
    """The contract of tables, for this one."""

    table, live, beyond, differing = TABLE, LIVE, BEYOND, DIFFERENCES
