"""What is recorded of XGBoost, for the documentation."""

from __future__ import annotations

from autolog.capture.boosting.rounds import BEST_ITERATION, BEST_SCORE, STOPPED_ITERATION
from autolog.capture.effort import EFFORT
from autolog.capture.estimators import CLASS_TAG, NAME_TAG

RECORDS: tuple[tuple[str, str], ...] = (
    (
        "params",
        "the booster's params, `get_params()` of estimators, the arguments of `train`, `cv`",
    ),
    ("metrics of each round", "`<data set>-<metric>` of each set that is evaluated on"),
    ("metrics of estimators without such a set", "the training metrics of scikit-learn's"),
    ("metrics of `train` without such a set", "`train-<metric>` of the last round"),
    (
        "metrics of early stopping",
        f"{STOPPED_ITERATION} (the index of the last round), {BEST_ITERATION}, {BEST_SCORE}",
    ),
    (
        "metrics of `cv`",
        "`<data set>-<metric>-mean`, `-std` and `split<n>-<data set>-<metric>` of each round",
    ),
    ("metrics of every training", f"{', '.join(EFFORT)} (the process's peak so far)"),
    (
        "importance of features",
        "`feature_importance_<type>.json`, `.png` of each of `importance_types`",
    ),
    ("model", "`model`: the booster or estimator in MLflow's MLmodel format, with signature"),
    ("data sets", "name, schema, shape, digest of the training data and of each evaluated set"),
    ("tags of estimators", f"{NAME_TAG}, {CLASS_TAG}"),
)
"""Pairs of a kind and a text."""
