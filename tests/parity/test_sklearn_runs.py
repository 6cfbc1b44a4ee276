"""Fits are recorded as `mlflow.sklearn.autolog()` records them, but for the differences told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

from tools.parity.contract import RunParity, because, exactly, run_table

TABLE = run_table("sklearn_runs", sklearn="scikit-learn")
LIVE = ["two classes", "a positive class", "weighted amounts", "clusters", "a grid search"]

EFFORT = "what a fit took is worth knowing"
LEARNT = "what the fitted estimator tells of itself costs nothing"
DATA_OF_PLOT = "plots are drawn when somebody looks, from their data"
PLOT = "regressors have plots too"
EVERYWHERE = {
    "+ metrics/fit_cpu_seconds": EFFORT,
    "+ metrics/fit_seconds": EFFORT,
    "+ metrics/peak_rss_bytes": EFFORT,
    "+ metrics/n_iter": LEARNT,
    "+ tags/classes_": LEARNT,
    "+ tags/n_features_in_": LEARNT,
    "+ tags/n_iter_": LEARNT,
    "+ artifacts/coefficients.csv": LEARNT,
    "+ artifacts/coefficients.json": LEARNT,
    "+ artifacts/coefficients.png": LEARNT,
    "+ artifacts/feature_importances.csv": LEARNT,
    "+ artifacts/feature_importances.json": LEARNT,
    "+ artifacts/feature_importances.png": LEARNT,
    "+ artifacts/training_confusion_matrix.json": DATA_OF_PLOT,
    "+ artifacts/training_precision_recall_curve.json": DATA_OF_PLOT,
    "+ artifacts/training_roc_curve.json": DATA_OF_PLOT,
    "+ artifacts/training_predicted_actual.json": DATA_OF_PLOT,
    "+ artifacts/training_predicted_actual.png": PLOT,
    "+ artifacts/training_residuals.json": DATA_OF_PLOT,
    "+ artifacts/training_residuals.png": PLOT,
}
"""What differs wherever it occurs, with the reason. `+`: ours alone has it; `-`: MLflow's alone;
`~`: both have it, otherwise."""


UNLABELLED = because(
    "MLflow counts the rows without a label as a class of their own, which is never predicted",
    "~ metrics/training_accuracy_score",
    "~ metrics/training_f1_score",
    "~ metrics/training_precision_score",
    "~ metrics/training_recall_score",
    "~ metrics/training_score",
    "+ metrics/training_log_loss",
    "+ metrics/training_roc_auc",
    "+ artifacts/training_precision_recall_curve.png",
    "+ artifacts/training_roc_curve.png",
)
AREA_OF_LABELS = because(
    "MLflow takes probabilities of two labels for those of two classes, and fails",
    "+ metrics/training_roc_auc",
)
EXACT_ROWS = because(
    "scikit-learn's function refuses such targets, and so do MLflow's metrics",
    "+ metrics/training_exact_match_ratio",
)
CLUSTERS = because(LEARNT, "+ metrics/inertia", "+ metrics/n_clusters")
COMPONENTS = because(LEARNT, "+ metrics/n_components", "+ metrics/noise_variance")
WITHOUT_OUTPUTS = because(
    "MLflow keeps no signature where nothing can be predicted; we keep that of the inputs",
    "~ models/model",
)
BEST_CHILD = because("it leads to the best candidate's run", "+ tags/best_child_run_id")
SEED_OF_HALVING = [
    "ccp_alpha",
    "class_weight",
    "criterion",
    "max_depth",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "min_samples_leaf",
    "min_samples_split",
    "min_weight_fraction_leaf",
    "monotonic_cst",
    "random_state",
    "splitter",
]
DIFFERENCES = {
    "a single class": because(
        "MLflow keeps NaN for what is not defined", "- metrics/training_roc_auc"
    ),
    "logistic regression that validates itself": because(LEARNT, "+ metrics/l1_ratio"),
    "a user's own classifier": because("MLflow knows scikit-learn's own classes only", "+ run"),
    "several classes at once": EXACT_ROWS,
    "a tree of several classes at once": EXACT_ROWS,
    "labels, one against the rest": AREA_OF_LABELS,
    "labels of a forest": AREA_OF_LABELS,
    "amounts": because(LEARNT, "+ metrics/train_score"),
    "data that the fit overwrites": because(
        "MLflow predicts on a copy of all training data that it makes before the fit",
        "- metrics/training_mean_absolute_error",
        "- metrics/training_mean_squared_error",
        "- metrics/training_r2_score",
        "- metrics/training_root_mean_squared_error",
        "- metrics/training_score",
    ),
    "a Gaussian process": because(LEARNT, "+ metrics/log_marginal_likelihood_value"),
    "clusters": CLUSTERS,
    "clusters with targets": CLUSTERS,
    "clusters that are predicted": because(LEARNT, "+ metrics/n_clusters", "+ metrics/noise_ratio")
    | WITHOUT_OUTPUTS,
    "components": COMPONENTS,
    "components with targets": COMPONENTS,
    "a mixture": because(LEARNT, "+ metrics/lower_bound", "+ metrics/lower_bound_curve"),
    "outliers": because(LEARNT, "+ metrics/offset"),
    "self-training": UNLABELLED,
    "label spreading": UNLABELLED,
    "selected columns": because(
        "MLflow records the fits within an estimator that it leaves out", "- run"
    ),
    "a grid search": BEST_CHILD,
    "a grid search that does not refit": BEST_CHILD | WITHOUT_OUTPUTS,
    "a random search": BEST_CHILD,
    "a halving search": BEST_CHILD
    | because(
        "MLflow does not know halving searches for searches",
        "+ artifacts/cv_results.csv",
        "+ metrics/best_cv_score",
        "+ models/best_estimator",
        "+ params/best_max_depth",
        *(f"- params/estimator__{name}" for name in SEED_OF_HALVING),
    ),
    "a sparse array": because(
        "MLflow knows sparse matrices, and calls sparse arrays anything", "~ models/model"
    ),
    "a Polars frame": because(
        "the digest has eight digits for data of any kind", "~ datasets/train"
    )
    | because("MLflow knows the columns of Polars in data sets, not in models", "~ models/model"),
    "lists": because("MLflow does not know lists for data", "+ datasets/train"),
}
"""By case: what else differs, with the reason."""


class TestSklearnRuns(RunParity):
    """The contract of tables, for this one."""

    table, live, beyond, differing = TABLE, LIVE, exactly(EVERYWHERE), DIFFERENCES
