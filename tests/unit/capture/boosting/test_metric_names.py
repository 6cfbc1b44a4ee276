"""The names of the metrics of boosting rounds."""

from __future__ import annotations

from autolog.capture.boosting.metric_names import fold_name, mean_name, metric_name, std_name


def test_a_metric_is_named_after_its_data_set():
    assert metric_name("validation_0", "logloss") == "validation_0-logloss"


def test_an_at_sign_is_spelt_out():
    assert metric_name("train", "ndcg@3-") == "train-ndcg_at_3-"


def test_cross_validation_has_a_mean_a_deviation_and_folds():
    assert mean_name("test-auc") == "test-auc-mean"
    assert std_name("test-auc") == "test-auc-std"
    assert fold_name(2, "test-auc") == "split2-test-auc"
