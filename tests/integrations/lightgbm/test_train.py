"""Each `lightgbm.train` is a run with a step for each round."""

from __future__ import annotations

import signal
import subprocess
import sys

import lightgbm
import lightgbm.engine
import numpy as np
import pytest

import autolog
from autolog.capture.boosting.rounds import Rounds
from autolog.delivery.recovery import recover
from autolog.sinks.registry import open_sink
from autolog.testing import record

KILLED_AFTER_THREE_ROUNDS = """
import os, signal
import autolog, lightgbm, numpy
autolog.autolog(silent=True)
inputs = numpy.random.default_rng(0).normal(size=(100, 2))
train_set = lightgbm.Dataset(inputs, inputs[:, 0])
def kill(env):
    if env.iteration == 2:
        os.kill(os.getpid(), signal.SIGKILL)
params = {"num_threads": 1, "verbose": -1, "objective": "l2"}
lightgbm.train(params, train_set, 9, valid_sets=[train_set], callbacks=[kill])
"""


def steps(run, name):
    return [point.step for point in run.metric_history(name)]


def values(run, name):
    return [point.value for point in run.metric_history(name)]


# LightGBM 4.3 warns where the rounds are a param
@pytest.mark.filterwarnings("ignore:Found `n_iter` in params")
def test_the_params_are_those_given_and_the_arguments_with_their_defaults(binary, sets):
    params = {**binary, "eta": 0.2, "metric": ["auc"], "n_iter": 2, "monotone_constraints": [1] * 5}

    with record() as runs:
        lightgbm.train(params, sets[0])

        found = dict(runs.only.params)
    for name in ("feature_name", "categorical_feature"):  # arguments before LightGBM 4.4
        assert found.pop(name, "auto") == "auto"
    assert found == {
        "eta": "0.2",
        "force_col_wise": "True",
        "keep_training_booster": "False",
        "metric": "['auc']",
        "monotone_constraints": "[1, 1, 1, 1, 1]",
        "n_iter": "2",
        "num_boost_round": "100",
        "num_leaves": "4",
        "num_threads": "1",
        "objective": "binary",
        "seed": "1",
        "verbose": "-1",
    }


def test_functions_are_no_params(sets, binary):
    def squares(predicted, train_set):
        return predicted - train_set.get_label(), np.ones(len(predicted))

    with record() as runs:
        lightgbm.train({**binary, "objective": squares}, sets[0], 2, callbacks=[lambda env: None])

        assert "objective" not in runs.only.params
        assert "callbacks" not in runs.only.params


def test_each_round_is_a_step_of_each_metric_on_each_set(binary, sets):
    binary["metric"] = ["auc", "binary_logloss"]
    history = {}

    with record() as runs:
        lightgbm.train(
            binary,
            sets[0],
            3,
            valid_sets=[*sets],
            valid_names=["seen", "held out"],
            callbacks=[lightgbm.record_evaluation(history)],
        )

        for data_set, curves in history.items():
            for metric, curve in curves.items():
                assert values(runs.only, f"{data_set}-{metric}") == curve
        assert steps(runs.only, "held out-auc") == [0, 1, 2]
        assert set(history) == {"seen", "held out"}


def test_sets_without_names_have_those_that_lightgbm_gives_them(binary, sets):
    with record() as runs:
        lightgbm.train(binary, sets[0], 1, valid_sets=[*sets])

        curves = {name for name in runs.only.metrics if name.endswith("logloss")}
        assert curves == {"training-binary_logloss", "valid_1-binary_logloss"}
        assert {"training", "valid_1"} <= {name for _, name in runs.only.datasets}


def test_one_set_and_one_name_need_no_lists(binary, sets):
    with record() as runs:
        lightgbm.train(binary, sets[0], 1, valid_sets=sets[1], valid_names="other")

        assert "other-binary_logloss" in runs.only.metrics


def test_ranks_are_recorded_without_the_at_sign(table):
    inputs, targets = table
    params = {"objective": "lambdarank", "eval_at": [1, 3], "num_threads": 1, "verbose": -1}
    train_set = lightgbm.Dataset(inputs, targets, group=[20] * 10)

    with record() as runs:
        lightgbm.train(params, train_set, 2, valid_sets=[train_set], valid_names=["train"])

        assert steps(runs.only, "train-ndcg_at_1") == [0, 1]
        assert steps(runs.only, "train-ndcg_at_3") == [0, 1]


def test_metrics_of_ones_own_are_recorded_beside_lightgbms(binary, sets):
    def mean(predicted, _data):
        return [("mean", float(np.mean(predicted)), True), ("one", 1, True)]

    with record() as runs:
        lightgbm.train(binary, sets[0], 2, valid_sets=[sets[1]], feval=mean)

        assert values(runs.only, "valid_0-one") == [1.0, 1.0]
        assert steps(runs.only, "valid_0-mean") == [0, 1]
        assert steps(runs.only, "valid_0-binary_logloss") == [0, 1]


def test_every_n_steps_thins_the_rounds(binary, sets):
    with record(every_n_steps=2) as runs:
        lightgbm.train(binary, sets[0], 5, valid_sets=[sets[1]])

        assert steps(runs.only, "valid_0-binary_logloss") == [0, 2, 4]


@pytest.mark.parametrize("by_param", [True, False])
def test_early_stopping_says_when_it_stopped_and_what_was_best(binary, sets, by_param):
    patience = {"early_stopping_round": 2} if by_param else {}
    callbacks = None if by_param else [lightgbm.early_stopping(2, verbose=False)]
    params = {**binary, "learning_rate": 2.0, "metric": ["auc", "binary_logloss"]}

    with record() as runs:
        booster = lightgbm.train(
            {**params, **patience}, sets[0], 30, valid_sets=[*sets], callbacks=callbacks
        )

        run, best = runs.only, booster.best_iteration
        curve = values(run, "valid_1-auc")
        last = len(curve) - 2
        assert 0 < best < last < 29
        assert steps(run, "valid_1-auc") == [*range(last + 1), last + 1]
        assert run.metrics["stopped_iteration"] == last
        assert run.metrics["best_iteration"] == best
        for data_set, scores in booster.best_score.items():
            for metric, score in scores.items():
                assert run.metrics[f"{data_set}-{metric}"] == score
        assert run.metrics["best_score"] in booster.best_score["valid_1"].values()
        assert steps(run, "stopped_iteration") == [0]


def test_the_best_score_is_that_of_the_metric_that_is_best_in_the_best_round(binary, sets):
    params = {**binary, "metric": ["binary_logloss"], "early_stopping_round": 2}

    def worse(_predicted, _data):
        return "worse", next(rounds), False

    rounds = iter(range(100))
    with record() as runs:
        booster = lightgbm.train(params, sets[0], 30, valid_sets=[sets[1]], feval=worse)

        assert booster.best_iteration == 1
        assert runs.only.metrics["best_score"] == 0


def test_early_stopping_that_never_stopped_has_a_best_round_too(binary, sets):
    params = {**binary, "early_stopping_round": 50}

    with record() as runs:
        booster = lightgbm.train(params, sets[0], 3, valid_sets=[sets[1]])

        assert runs.only.metrics["best_iteration"] == booster.best_iteration
        assert runs.only.metrics["stopped_iteration"] == 2


def test_a_training_that_was_not_to_be_stopped_has_no_best_round(binary, sets):
    with record() as runs:
        lightgbm.train(binary, sets[0], 3, valid_sets=[sets[1]])

        assert not {"stopped_iteration", "best_iteration", "best_score"} & set(runs.only.metrics)
        assert steps(runs.only, "valid_0-binary_logloss") == [0, 1, 2]


def test_a_callback_of_the_users_may_stop_the_training_in_any_round(binary, sets):
    def stop(env):
        if env.iteration == 3:
            raise lightgbm.EarlyStopException(1, env.evaluation_result_list)

    with record() as runs:
        booster = lightgbm.train(binary, sets[0], 9, valid_sets=[sets[1]], callbacks=[stop])

        assert booster.best_iteration == 2
        assert runs.only.metrics["stopped_iteration"] == 3
        assert steps(runs.only, "valid_0-binary_logloss") == [0, 1, 2, 3, 4]


def test_rounds_of_a_continued_model_go_on_from_its_last(binary, table):
    inputs, targets = table
    train_set = lightgbm.Dataset(inputs, targets, free_raw_data=False)
    first = lightgbm.train(binary, train_set, 4)
    params = {**binary, "early_stopping_round": 9}

    with record() as runs:
        other = lightgbm.Dataset(inputs[:50], targets[:50], reference=train_set)
        second = lightgbm.train(params, train_set, 2, valid_sets=[other], init_model=first)

        curve = runs.only.metric_history("valid_0-binary_logloss")
        assert [point.step for point in curve] == [4, 5, 6]
        assert runs.only.metrics["stopped_iteration"] == 5
        assert runs.only.metrics["best_iteration"] == second.best_iteration
        assert runs.only.metrics["best_score"] == curve[second.best_iteration - 5].value


def test_without_evaluation_sets_the_training_set_is_evaluated_once(binary, table):
    binary["metric"] = ["auc", "binary_logloss"]
    bare = lightgbm.train(binary, lightgbm.Dataset(*table), 3, keep_training_booster=True)

    with record(every_n_steps=5) as runs:
        lightgbm.train(binary, lightgbm.Dataset(*table), 3)

        for _, metric, value, *_ in bare.eval_train():
            ((step, recorded),) = runs.only.metric_history(f"training-{metric}")
            assert step == 2
            # LightGBM sums over threads, in whatever order they are done
            assert recorded == pytest.approx(value, rel=1e-12)


def test_the_training_set_is_not_evaluated_where_that_would_take_long(binary, table, monkeypatch):
    monkeypatch.setattr("autolog_lightgbm.round_metrics._SECONDS_PER_VALUE", 1.0)

    with record() as runs:
        lightgbm.train(binary, lightgbm.Dataset(*table), 3)

        assert not any(name.startswith("training-") for name in runs.only.metrics)


def test_the_training_set_is_not_evaluated_against_the_users_will(binary, table):
    with record(lightgbm={"training_metrics": False}) as runs:
        lightgbm.train(binary, lightgbm.Dataset(*table), 3)

        assert not any(name.startswith("training-") for name in runs.only.metrics)


@pytest.mark.parametrize("boosting", ["dart", "rf"])
def test_other_ways_of_boosting_are_recorded_alike(binary, sets, boosting):
    params = {**binary, "boosting": boosting, "bagging_fraction": 0.5, "bagging_freq": 1}

    with record() as runs:
        lightgbm.train(params, sets[0], 3, valid_sets=[sets[1]])

        assert steps(runs.only, "valid_0-binary_logloss") == [0, 1, 2]
        assert runs.only.models.keys() == {"model"}


def test_what_the_features_are_worth_is_kept_by_their_names(binary, table):
    inputs, targets = table
    names = ["first", "second", "third", "fourth", "fifth"]

    with record() as runs:
        lightgbm.train(binary, lightgbm.Dataset(inputs, targets, feature_name=names), 3)

        for kind in ("split", "gain"):
            assert f"feature_importance_{kind}.json" in runs.only.artifacts
            assert f"feature_importance_{kind}.png" in runs.only.artifacts


def test_rounds_that_cannot_be_recorded_leave_the_training_alone(binary, sets, monkeypatch):
    def fail(*_):
        raise ValueError("no room")

    bare = lightgbm.train(binary, sets[0], 3, valid_sets=[sets[1]])
    monkeypatch.setattr(Rounds, "log", fail)
    with record(strict=False) as runs:
        booster = lightgbm.train(binary, sets[0], 3, valid_sets=[sets[1]])

        assert booster.model_to_string() == bare.model_to_string()
        assert runs.only.status == "FINISHED"
        assert "logging a round of LightGBM" in runs.only.tags["autolog.error"]


def test_the_kinds_of_importance_are_the_users_choice(binary, sets):
    with record(lightgbm={"importance_types": ("gain",)}) as runs:
        lightgbm.train(binary, sets[0], 3)

        assert "feature_importance_gain.json" in runs.only.artifacts
        assert "feature_importance_split.json" not in runs.only.artifacts


def test_a_kind_of_importance_that_there_is_not_is_said(binary, sets):
    with record(strict=False, lightgbm={"importance_types": ("weight",)}) as runs:
        lightgbm.train(binary, sets[0], 3)

        assert runs.only.status == "FINISHED"
        assert "expected some of split, gain, got 'weight'" in runs.only.tags["autolog.error"]


def test_trainings_by_the_module_that_defines_them_are_recorded_too(binary, sets):
    with record() as runs:
        lightgbm.engine.train(binary, sets[0], 2)

        assert runs.only.name == "train"


def test_a_training_within_the_users_run_is_recorded_into_it(binary, sets):
    with record() as runs, autolog.run("mine"):
        lightgbm.train(binary, sets[0], 2)

    assert runs.only.name == "mine"
    assert runs.only.params["num_boost_round"] == "2"


def test_a_training_that_fails_is_a_failed_run_with_its_rounds_so_far(binary, sets):
    def fail(env):
        if env.iteration == 1:
            raise ZeroDivisionError

    with record() as runs:
        with pytest.raises(ZeroDivisionError):
            lightgbm.train(binary, sets[0], 5, valid_sets=[sets[1]], callbacks=[fail])

        assert runs.only.status == "FAILED"
        assert steps(runs.only, "valid_0-binary_logloss") == [0, 1]
        assert runs.only.params["objective"] == "binary"


def test_a_killed_training_has_kept_every_round(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path))

    died = subprocess.run([sys.executable, "-c", KILLED_AFTER_THREE_ROUNDS], check=False)
    recover(tmp_path, open_sink=open_sink)

    assert died.returncode == -signal.SIGKILL
    run = autolog.get_run("last")
    assert run.status == "KILLED"
    assert [point.step for point in run.metric_history("training-l2")] == [0, 1, 2]
