"""What the metrics of boosting rounds are called, as MLflow calls them."""

from __future__ import annotations


def metric_name(data_set: str, metric: str) -> str:
    """The name of a metric on one data set.

    Args:
        data_set: What the data set is called in the training, such as `validation_0`.
        metric: The library's name of the metric; `@` has no place in the names of metrics.

    Example:
        >>> metric_name("train", "ndcg@3")
        'train-ndcg_at_3'
    """
    return f"{data_set}-{metric}".replace("@", "_at_")


def mean_name(metric: str) -> str:
    """The name of the mean of a metric over the folds of a cross-validation."""
    return f"{metric}-mean"


def std_name(metric: str) -> str:
    """The name of the standard deviation of a metric over the folds of a cross-validation."""
    return f"{metric}-std"


def fold_name(fold: int, metric: str) -> str:
    """The name of a metric on one fold, whose number counts from 0."""
    return f"split{fold}-{metric}"
