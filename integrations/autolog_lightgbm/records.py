"""What is recorded of LightGBM, for the documentation."""

from __future__ import annotations

from autolog.capture.boosting.rounds import BEST_ITERATION, BEST_SCORE, STOPPED_ITERATION
from autolog.capture.effort import EFFORT
from autolog.capture.estimators import CLASS_TAG, NAME_TAG
from autolog_lightgbm.native import IMPORTANCE_TYPES

_IMPORTANCES = ", ".join(f"feature_importance_{kind}" for kind in IMPORTANCE_TYPES)

RECORDS: tuple[tuple[str, str], ...] = (
    ("params", "those of the booster as given, the arguments of `train`; `get_params()`"),
    ("metrics of each round", "`<evaluation set>-<metric>`, `@` as `_at_`; the step is the round"),
    (
        "early stopping",
        f"{STOPPED_ITERATION} (the last round, from 0), {BEST_ITERATION} (from 1), {BEST_SCORE}",
    ),
    (
        "metrics of the best round",
        "those of early stopping's best round once more, at the step after the last",
    ),
    ("metrics without evaluation sets", "training-<metric>; training_... of estimators"),
    ("metrics of every training", f"{', '.join(EFFORT)} (the process's peak so far)"),
    (
        "cross-validation",
        "`lightgbm.cv`: `<set>-<metric>-mean`, `...-std`, `split<n>-<set>-<metric>` for each fold",
    ),
    ("importance of features", f"{_IMPORTANCES}: .json, .png"),
    (
        "model",
        "`model`: LightGBM's text, and estimators as pickles too, in MLflow's MLmodel format",
    ),
    ("data sets", "the training set, and each evaluation set by its name"),
    ("tags of estimators", f"{NAME_TAG}, {CLASS_TAG}"),
)
"""Pairs of a kind and a text."""
