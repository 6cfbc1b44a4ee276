"""Trainings by XGBoost and by LightGBM are recorded as by MLflow, but for what is told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

import pytest

from tools.parity.contract import RunParity, because, exactly, run_table

TABLE = run_table("boosting_runs", lightgbm="lightgbm", xgboost="xgboost-cpu")
LIVE = [
    "XGBoost: two data sets and two metrics",
    "XGBoost: a classifier that stops early",
    "XGBoost: a grid search",
    "LightGBM: stopped early by a callback",
    "LightGBM: a ranker",
]

EFFORT = "what a fit took is worth knowing"
DATA_OF_PLOT = "plots are drawn when somebody looks, from their data"
PLOT = "regressors have plots too"
TWO_TYPES = (
    "how much a feature gains says more than how often it is used; MLflow must be asked for it"
)
ESTIMATOR = "an estimator is known by its name, its class, and all params of its own"
NOTHING_EVALUATED = "MLflow tells nothing of how well a training does that evaluates nothing"
EVERYWHERE = {
    "+ metrics/fit_cpu_seconds": EFFORT,
    "+ metrics/fit_seconds": EFFORT,
    "+ metrics/peak_rss_bytes": EFFORT,
    "+ metrics/best_score": "the score that a training was stopped by is known",
    "+ artifacts/feature_importance_gain.json": TWO_TYPES,
    "+ artifacts/feature_importance_gain.png": TWO_TYPES,
    "+ artifacts/feature_importance_gain.plot.json": DATA_OF_PLOT,
    "+ artifacts/feature_importance_split.plot.json": DATA_OF_PLOT,
    "+ artifacts/feature_importance_total_cover.plot.json": DATA_OF_PLOT,
    "+ artifacts/feature_importance_weight.plot.json": DATA_OF_PLOT,
    "+ artifacts/training_confusion_matrix.json": DATA_OF_PLOT,
    "+ artifacts/training_precision_recall_curve.json": DATA_OF_PLOT,
    "+ artifacts/training_roc_curve.json": DATA_OF_PLOT,
    "+ artifacts/training_predicted_actual.json": DATA_OF_PLOT,
    "+ artifacts/training_predicted_actual.png": PLOT,
    "+ artifacts/training_residuals.json": DATA_OF_PLOT,
    "+ artifacts/training_residuals.png": PLOT,
    "+ metrics/training_mean_absolute_error": NOTHING_EVALUATED,
    "+ metrics/training_mean_squared_error": NOTHING_EVALUATED,
    "+ metrics/training_r2_score": NOTHING_EVALUATED,
    "+ metrics/training_root_mean_squared_error": NOTHING_EVALUATED,
    "+ metrics/training_score": NOTHING_EVALUATED,
    "+ tags/estimator_class": ESTIMATOR,
    "+ tags/estimator_name": ESTIMATOR,
    "+ tags/best_child_run_id": "it leads to the best candidate's run",
    **{
        f"+ params/{name}": ESTIMATOR
        for name in (
            "categorical_feature",
            "class_weight",
            "enable_categorical",
            "eval_metric",
            "feature_types",
            "feature_weights",
            "importance_type",
            "missing",
            "n_estimators",
            "n_jobs",
        )
    },
}
"""What differs wherever it occurs, with the reason. `+`: ours alone has it; `-`: MLflow's alone;
`~`: both have it, otherwise."""


DATA_OF_MATRIX = "MLflow knows 4-byte floats of a matrix; we know what the matrix was made of"
TRAIN = because(DATA_OF_MATRIX, "~ datasets/train")
TRAIN_AND_TEST = TRAIN | because(DATA_OF_MATRIX, "~ datasets/eval/train", "~ datasets/eval/test")
SIGNATURE = because(
    "MLflow predicts rows without the names and types of their columns, and fails", "~ models/model"
)
COUNTED = because(
    "the last iteration that was trained, as with XGBoost; MLflow counts iterations here",
    "~ metrics/stopped_iteration",
)
DEFAULT_NAMES = "MLflow calls data sets by the names that the metrics have only if they are given"
DIFFERENCES = {
    "XGBoost: two data sets and two metrics": TRAIN_AND_TEST,
    "XGBoost: nothing evaluated": TRAIN | because(NOTHING_EVALUATED, "+ metrics/train-logloss"),
    "XGBoost: stopped early by an argument": TRAIN_AND_TEST,
    "XGBoost: stopped early by a callback": TRAIN_AND_TEST
    | because(
        "MLflow notices early stopping by the argument alone",
        "+ metrics/best_iteration",
        "+ metrics/stopped_iteration",
        "~ metrics/test-mlogloss",
        "~ metrics/train-mlogloss",
    ),
    "XGBoost: DART with a metric of one's own": TRAIN_AND_TEST
    | because("where in memory a function was says nothing", "- params/custom_metric"),
    "XGBoost: three types of importance": TRAIN_AND_TEST | SIGNATURE,
    "XGBoost: a frame with categories": TRAIN_AND_TEST | SIGNATURE,
    "XGBoost: a classifier that stops early": TRAIN
    | because(DATA_OF_MATRIX, "~ datasets/eval/validation_0", "~ datasets/eval/validation_1"),
    "XGBoost: a regressor with weights": TRAIN,
    "XGBoost: a ranker": TRAIN | because(DATA_OF_MATRIX, "~ datasets/eval/validation_0"),
    "LightGBM: nothing evaluated": because(NOTHING_EVALUATED, "+ metrics/training-binary_logloss"),
    "LightGBM: stopped early by a param": COUNTED,
    "LightGBM: stopped early by a callback": COUNTED,
    "LightGBM: names by default": because(
        DEFAULT_NAMES,
        "+ datasets/eval/training",
        "+ datasets/eval/valid_1",
        "- datasets/eval/dataset",
    ),
    "LightGBM: a classifier that stops early": COUNTED
    | because(
        DEFAULT_NAMES,
        "+ datasets/eval/valid_0",
        "+ datasets/eval/valid_1",
        "- datasets/eval/dataset",
    ),
    "LightGBM: a ranker": because(
        DEFAULT_NAMES, "+ datasets/eval/valid_0", "- datasets/eval/dataset"
    )
    | because("MLflow's format refuses what the estimator holds", "+ models/model"),
}
"""By case: what else differs, with the reason."""

UNKNOWN_TO_MLFLOW = {"XGBoost: a random forest"}
"""MLflow keeps the model alone: to it the fit is one within a fit."""


class TestBoostingRuns(RunParity):
    """The contract of tables, for this one."""

    table, live, beyond, differing = TABLE, LIVE, exactly(EVERYWHERE), DIFFERENCES
    unknown = UNKNOWN_TO_MLFLOW

    @pytest.mark.parametrize("name", sorted(UNKNOWN_TO_MLFLOW))
    def test_a_training_that_mlflow_does_not_know_has_all_that_mlflow_keeps_of_it(self, name):
        assert {field[0] for field in self.differences_of(name)} == {"+"}
