"""What is recorded of scikit-learn, for the documentation."""

from __future__ import annotations

from autolog.capture.classification import LABEL_METRICS, PROBABILITY_METRICS
from autolog.capture.effort import EFFORT
from autolog.capture.estimators import CLASS_TAG, NAME_TAG, SAMPLED_TAG
from autolog.capture.metrics import PREFIX
from autolog.capture.multilabel import EXACT_MATCH
from autolog.capture.plots.classification import CLASSIFICATION_PLOTS
from autolog.capture.plots.regression import REGRESSION_PLOTS
from autolog.capture.regression import REGRESSION_METRICS
from autolog_sklearn.clusters import CLUSTER_METRICS, SILHOUETTE
from autolog_sklearn.cross_validation import LOGGED_BY
from autolog_sklearn.curves import CURVES
from autolog_sklearn.fitted_facts import FITTED_TAGS, ITERATIONS
from autolog_sklearn.learnt_numbers import LEARNT_NUMBERS
from autolog_sklearn.page import PAGE_FILE
from autolog_sklearn.partial_fit import NOTED_ATTRIBUTES, SAMPLES, SCORE, SECONDS
from autolog_sklearn.post_training.evaluation import CALLS_FILE
from autolog_sklearn.search_recording import BEST_CHILD_TAG, TABLE
from autolog_sklearn.weights import WEIGHTS


def _with_prefix(names: tuple[str, ...]) -> str:
    return ", ".join(f"{PREFIX}{name}" for name in names)


def _as_pictures(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}.png" for name in names)


_OF_PARTIAL_FIT = (
    ("runs of partial_fit", "one per estimator object; its model, if it is there at the end"),
    (
        "steps of partial_fit",
        f"{SECONDS}, {SAMPLES}, {', '.join(NOTED_ATTRIBUTES.values())}; on request {SCORE}",
    ),
)

_OF_SEARCHES = (
    (
        "child runs of searches",
        "one per candidate, as its folds are done: params, scores and times by fold, `cv_results_`",
    ),
    ("searches at the end of pipelines", "as searches, in the run of the pipeline"),
    ("params of searches", "get_params(deep=False), best_<param>"),
    ("metrics of searches", "best_cv_score"),
    ("model of searches", "`best_estimator`, besides `model`"),
    ("table of searches", f"{TABLE}: the whole `cv_results_`"),
    ("tags of searches", BEST_CHILD_TAG),
)

_OF_CROSS_VALIDATION = (
    (
        "cross-validation",
        f"each call of {', '.join(LOGGED_BY)} is a run",
    ),
    ("params of cross-validation", "cv, scoring, ..., estimator__<param>"),
    (
        "metrics of cross-validation",
        "test_score, train_score, fit_time, score_time, each also as mean_... and std_...",
    ),
    (
        "other metrics of cross-validation",
        "cross_val_... of predictions, score, p_value and permutation_score of permutations",
    ),
    ("curves of cross-validation", "learning_curve, validation_curve: .csv, .json, .png"),
)

RECORDS: tuple[tuple[str, str], ...] = (
    ("params", "get_params(deep=True)"),
    ("metrics of classifiers", _with_prefix(LABEL_METRICS + PROBABILITY_METRICS)),
    ("metrics of regressors", _with_prefix(REGRESSION_METRICS)),
    ("metrics of several classes at once", _with_prefix((EXACT_MATCH,))),
    ("metrics of clusterings", ", ".join((*CLUSTER_METRICS, f"{SILHOUETTE} (`silhouette=True`)"))),
    ("numbers that were learnt", ", ".join(name.removesuffix("_") for name in LEARNT_NUMBERS)),
    ("metrics of anything with a score", _with_prefix(("score",))),
    (
        "metrics after the fit",
        "`<function>[-<n>]_<data set>` of metric functions, scorers and `<class>_score`",
    ),
    ("calls of metrics", f"{CALLS_FILE}: the call behind each metric after the fit"),
    ("model", "`model`: the fitted estimator in MLflow's MLmodel format, with signature"),
    ("data set", "name, schema, shape, digest over all rows, summary of each column"),
    ("plots of classifiers", _as_pictures(CLASSIFICATION_PLOTS)),
    ("plots of regressors", _as_pictures(REGRESSION_PLOTS)),
    ("page", f"{PAGE_FILE}: the estimator with its params and what it has learnt"),
    ("metrics of every fit", f"{', '.join(EFFORT)} (the process's peak so far), {ITERATIONS}"),
    ("learning curves", ", ".join(dict.fromkeys(curve.metric for curve in CURVES))),
    ("scores of a `ScoringMonitor`", "under the names of its scorers, by iteration"),
    ("weights of features", ", ".join(f"{name}.csv, {name}.png" for name in WEIGHTS.values())),
    *_OF_PARTIAL_FIT,
    ("tags", f"{NAME_TAG}, {CLASS_TAG}, {SAMPLED_TAG}, {', '.join(FITTED_TAGS)}"),
    ("tags of warnings", "`warnings.<category>`: what the fit warned of, and how often"),
    *_OF_SEARCHES,
    *_OF_CROSS_VALIDATION,
)
"""Pairs of a kind and a text."""
