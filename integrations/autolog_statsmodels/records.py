"""What is recorded of statsmodels, for the documentation."""

from __future__ import annotations

from autolog.capture.effort import EFFORT
from autolog.capture.estimators import CLASS_TAG, NAME_TAG
from autolog.capture.plots.regression import REGRESSION_PLOTS
from autolog.capture.plots.residuals import AUTOCORRELATION, QUANTILES
from autolog_statsmodels.coefficient_metrics import METRIC_PREFIX
from autolog_statsmodels.history import HISTORY_METRICS
from autolog_statsmodels.iterations import GRADIENT_NORM, OBJECTIVE
from autolog_statsmodels.null_model import COMPARISON
from autolog_statsmodels.report import SUMMARY_PAGE, SUMMARY_TEXT, TABLE, TABLE_DATA
from autolog_statsmodels.result_metrics import CHEAP, CONVERGED, ITERATIONS

RECORDS: tuple[tuple[str, str], ...] = (
    (
        "params",
        (
            "formula, family, link, orders, `missing`, ... of the model; the arguments of the fit, "
            "and what it has chosen itself: `cov_type`, `k_ar`"
        ),
    ),
    ("metrics", f"those that the result has of {', '.join(CHEAP)}"),
    (
        "metrics of classifications and counts",
        (
            f"{', '.join(COMPARISON)} (of those whose null model needs no fit of its own: Logit, "
            "Probit, MNLogit, Poisson without offset or exposure, OrderedModel, QuantReg)"
        ),
    ),
    ("metrics of optimisers", f"{CONVERGED}, {ITERATIONS}"),
    (
        "metrics of each iteration",
        ", ".join((OBJECTIVE, GRADIENT_NORM, *HISTORY_METRICS)),
    ),
    (
        "coefficients",
        f"{METRIC_PREFIX}<name>, with `log_coefficients=True` (of rolling windows, the last one's)",
    ),
    ("metrics of every fit", f"{', '.join(EFFORT)} (the process's peak so far)"),
    (
        "summary",
        (
            f"{SUMMARY_TEXT}, {SUMMARY_PAGE}, {TABLE}, {TABLE_DATA} (made of `model` at a first "
            "look; without it, the coefficients alone)"
        ),
    ),
    ("plots", ", ".join((*REGRESSION_PLOTS, QUANTILES, f"{AUTOCORRELATION} of series"))),
    ("model", "`model`: the result, in MLflow's MLmodel format"),
    ("data sets", "the frame of the formula, or exog with endog"),
    ("tags", f"{NAME_TAG}, {CLASS_TAG}, warnings.<category>"),
)
"""Pairs of a kind and a text."""
