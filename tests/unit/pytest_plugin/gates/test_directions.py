"""Which way is better, by a metric's name."""

from __future__ import annotations

import pytest

from autolog.pytest_plugin.gates.directions import higher_is_better


@pytest.mark.parametrize(
    "metric",
    [
        "training_accuracy_score",
        "valid_0-auc",
        "val_acc",
        "valAccuracy",
        "test-ndcg_at_5-mean",
        "rsquared",
        "training_roc_auc",
        "neg_mean_squared_error",
        "d2_absolute_error_score",
        "samples_per_second",
        "mAP",
    ],
)
def test_more_of_what_is_good_is_better(metric):
    assert higher_is_better(metric) is True


@pytest.mark.parametrize(
    "metric",
    [
        "loss",
        "training_log_loss",
        "trainLoss",
        "validation_0-mlogloss",
        "training_mean_squared_error",
        "brier_score_loss",
        "davies_bouldin_score",
        "val_loss_epoch",
        "error_rate",
        "RMSE",
        "fit_seconds",
        "epoch_seconds_per_batch",
        "peak_rss_bytes",
        "aic",
    ],
)
def test_less_of_what_is_bad_is_better(metric):
    assert higher_is_better(metric) is False


@pytest.mark.parametrize(
    "metric",
    [
        "n_clusters",
        "accuracy_std",
        "best_score",
        "stopped_iteration",
        "lr-Adam",
        "",
        "rows_per_file",
    ],
)
def test_other_names_do_not_tell(metric):
    assert higher_is_better(metric) is None
