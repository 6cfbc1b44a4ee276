"""Each `lightgbm.cv` is one run, with the means of its folds and each fold."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from sklearn.model_selection import GroupKFold

from autolog.testing import record


def values(run, name):
    return [value for _, value in run.metric_history(name)]


def test_each_round_has_means_deviations_and_folds(binary, table):
    binary["metric"] = ["auc", "binary_logloss"]

    with record() as runs:
        found = lightgbm.cv(binary, lightgbm.Dataset(*table), 3, nfold=2, seed=5)

        run = runs.only
        assert run.name == "cv"
        for metric in binary["metric"]:
            assert values(run, f"valid-{metric}-mean") == found[f"valid {metric}-mean"]
            assert values(run, f"valid-{metric}-std") == found[f"valid {metric}-stdv"]
            folds = [values(run, f"split{fold}-valid-{metric}") for fold in (0, 1)]
            assert np.mean(folds, axis=0) == pytest.approx(found[f"valid {metric}-mean"])
        assert [step for step, _ in run.metric_history("split1-valid-auc")] == [0, 1, 2]


def test_the_training_sets_of_the_folds_are_recorded_where_they_are_evaluated(binary, table):
    with record() as runs:
        found = lightgbm.cv(binary, lightgbm.Dataset(*table), 2, nfold=2, eval_train_metric=True)

        means = values(runs.only, "train-binary_logloss-mean")
        assert means == found["train binary_logloss-mean"]


def test_the_params_are_those_given_and_the_arguments_with_their_defaults(binary, table):
    train_set, folds = lightgbm.Dataset(*table, group=[50] * 4), GroupKFold(2)

    with record() as runs:
        lightgbm.cv(binary, train_set, 2, folds=folds, metrics="auc")

        found = dict(runs.only.params)
    for name in ("feature_name", "categorical_feature"):  # arguments before LightGBM 4.4
        assert found.pop(name, "auto") == "auto"
    assert found == {
        "cv_seed": "0",
        "eval_train_metric": "False",
        "folds": str(folds),
        "force_col_wise": "True",
        "metrics": "auc",
        "nfold": "5",
        "num_boost_round": "2",
        "num_leaves": "4",
        "num_threads": "1",
        "objective": "binary",
        "return_cvbooster": "False",
        "seed": "1",
        "shuffle": "True",
        "stratified": "True",
        "verbose": "-1",
    }


def test_early_stopping_of_a_cross_validation(binary, table):
    params = {**binary, "learning_rate": 2.0, "early_stopping_round": 2}

    with record() as runs:
        found = lightgbm.cv(params, lightgbm.Dataset(*table), 30, nfold=2, return_cvbooster=True)

        best = found["cvbooster"].best_iteration
        curve = found["valid binary_logloss-mean"]
        assert runs.only.metrics["best_iteration"] == best == len(curve)
        assert runs.only.metrics["stopped_iteration"] == best + 1
        assert runs.only.metrics["best_score"] == curve[-1]
        assert runs.only.metrics["valid-binary_logloss-mean"] == curve[-1]


def test_the_data_are_described_once(binary, table):
    with record() as runs:
        lightgbm.cv(binary, lightgbm.Dataset(*table), 2, nfold=2)

        assert runs.only.datasets.keys() == {("train", "train")}


def test_folds_that_can_be_gone_through_once_are_left_to_lightgbm(binary, table):
    rows = np.arange(200)
    folds = ((rows[rows % 2 == part], rows[rows % 2 != part]) for part in (0, 1))

    with record() as runs:
        found = lightgbm.cv(binary, lightgbm.Dataset(*table), 2, folds=folds)

        means = values(runs.only, "valid-binary_logloss-mean")
        assert means == found["valid binary_logloss-mean"]


def test_a_version_that_does_not_show_its_folds_is_recorded_without_them(binary, table):
    from autolog_lightgbm import cross_validation

    with record() as runs:
        token = cross_validation._current.set(None)
        lightgbm.cv(binary, lightgbm.Dataset(*table), 2, nfold=2)
        cross_validation._current.reset(token)

        assert "valid-binary_logloss-mean" in runs.only.metrics
