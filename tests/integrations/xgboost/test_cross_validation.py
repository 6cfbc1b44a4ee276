"""What is recorded of `xgboost.cv`."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost
from sklearn.model_selection import KFold

from autolog.testing import record


def values(run, metric):
    return [point.value for point in run.metric_history(metric)]


def steps(run, metric):
    return [point.step for point in run.metric_history(metric)]


def test_it_is_one_run_with_the_mean_and_the_deviation_of_each_round(task):
    with record() as runs:
        result = xgboost.cv(task.params, task.train, 4, nfold=3, metrics=["logloss", "auc"])

        run = runs.only
        assert run.name == "cv"
        assert len(runs.all) == 1
        for name in result.columns:
            assert values(run, name) == result[name].tolist()
            assert steps(run, name) == [0, 1, 2, 3]


def test_each_fold_has_its_metrics(task):
    with record() as runs:
        result = xgboost.cv(task.params, task.train, 3, nfold=3)

        folds = [values(runs.only, f"split{fold}-test-logloss") for fold in range(3)]
        assert steps(runs.only, "split2-test-logloss") == [0, 1, 2]
        assert np.mean(folds, axis=0) == pytest.approx(result["test-logloss-mean"].to_numpy())
        assert np.std(folds, axis=0) == pytest.approx(result["test-logloss-std"].to_numpy())


def test_params_are_the_boosters_and_how_it_is_validated(task):
    with record() as runs:
        xgboost.cv(
            task.params,
            task.train,
            2,
            folds=KFold(4),
            seed=7,
            fpreproc=lambda train, test, params: (train, test, params),
        )

        params = runs.only.params
        assert params["folds"].startswith("KFold(n_splits=4")
        assert (params["seed"], params["num_boost_round"]) == ("7", "2")
        assert params["max_depth"] == "2"
        assert not params.keys() & {"callbacks", "dtrain", "fpreproc", "obj", "params"}


def test_folds_given_as_rows_are_no_param(task):
    rows = np.arange(80)

    with record() as runs:
        xgboost.cv(task.params, task.train, 1, folds=[(rows[:40], rows[40:])])

        assert "folds" not in runs.only.params


def test_early_stopping_is_recorded(task):
    with record() as runs:
        result = xgboost.cv(
            {**task.params, "eta": 1}, task.train, 50, nfold=3, early_stopping_rounds=3
        )

        run, best = runs.only, len(result) - 1
        assert run.metrics["best_iteration"] == best
        assert run.metrics["stopped_iteration"] == best + 3
        assert run.metrics["best_score"] == result["test-logloss-mean"].iloc[-1]
        assert run.metrics["test-logloss-mean"] == result["test-logloss-mean"].iloc[-1]
        assert steps(run, "test-logloss-mean") == [*range(best + 4), best + 4]
        assert steps(run, "split0-test-logloss") == [*range(best + 4), best + 4]


class Tuned(xgboost.XGBClassifier):
    """Validates before it is fitted."""

    def fit(self, X, y, **others):
        xgboost.cv({"nthread": 1}, xgboost.DMatrix(X, y), 2, nfold=2)
        return super().fit(X, y, **others)


def test_a_validation_within_a_fit_leaves_nothing_in_its_run(task):
    with record() as runs:
        Tuned(n_estimators=1, n_jobs=1).fit(task.X, task.y)

        assert not any(name.startswith("split") for name in runs.only.metrics)


def test_every_nth_step_is_kept(task):
    with record(every_n_steps=3) as runs:
        xgboost.cv(task.params, task.train, 5, nfold=2)

        assert steps(runs.only, "test-logloss-mean") == [0, 3]
        assert steps(runs.only, "split0-test-logloss") == [0, 3]


def test_the_data_are_described_and_no_model_is_kept(task):
    def validate(matrix):
        xgboost.cv(task.params, matrix, 1, nfold=2)

    with record() as runs:
        validate(task.train)

        assert list(runs.only.datasets) == [("train", "matrix")]
        assert runs.only.models == {}


def test_ranking_keeps_groups_together(task):
    task.train.set_group([10] * 8)

    with record() as runs:
        xgboost.cv({"objective": "rank:ndcg", "nthread": 1}, task.train, 2, nfold=2)

        assert any(name.startswith("test-ndcg") for name in runs.only.metrics)
