"""What is recorded of `xgboost.train`."""

from __future__ import annotations

import pytest
import xgboost
from xgboost.callback import EarlyStopping, LearningRateScheduler, TrainingCallback

from autolog.capture.boosting.rounds import Rounds
from autolog.testing import record

# XGBoost's newest versions are about to drop some boosters and estimators
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")

EFFORT = {"fit_cpu_seconds", "fit_seconds", "peak_rss_bytes"}


def steps(run, metric):
    return [point.step for point in run.metric_history(metric)]


def values(run, metric):
    return [point.value for point in run.metric_history(metric)]


NEEDS_ORDER = pytest.mark.skipif(
    not hasattr(xgboost, "ExtMemQuantileDMatrix"),
    reason="XGBoost calls callbacks in their order since version 3",
)


class Noting(TrainingCallback):
    """Notes when it is called, and stops or fails in a round."""

    def __init__(self, name="one", noted=None, *, stops_at=None, fails_at=None):
        super().__init__()
        self.name, self.noted = name, [] if noted is None else noted
        self.stops_at, self.fails_at = stops_at, fails_at

    def after_iteration(self, model, epoch, evals_log):
        self.noted.append((self.name, epoch))
        if epoch == self.fails_at:
            raise ValueError("the user's own")
        return epoch == self.stops_at


def test_params_are_the_boosters_and_the_calls_own_with_defaults(task):
    params = {**task.params, "eta": 0.1, "eval_metric": ["logloss", "auc"]}

    with record() as runs:
        xgboost.train(params, task.train, 2, verbose_eval=False)

        assert runs.only.name == "train"
        assert runs.only.params == {
            "eta": "0.1",
            "eval_metric": "['logloss', 'auc']",
            "max_depth": "2",
            "nthread": "1",
            "objective": "binary:logistic",
            "custom_metric": "None",
            "early_stopping_rounds": "None",
            "maximize": "None",
            "num_boost_round": "2",
            "verbose_eval": "False",
        }


def test_params_may_be_pairs_of_which_metrics_come_more_than_once(task):
    pairs = [*task.params.items(), ("eval_metric", "auc"), ("eval_metric", "logloss")]

    with record() as runs:
        xgboost.train(pairs, task.train, 1, verbose_eval=False)

        assert runs.only.params["eval_metric"] == "['auc', 'logloss']"
        assert runs.only.params["max_depth"] == "2"


def test_functions_callbacks_and_data_are_no_params(task):
    def error(predicted, matrix):
        return "mine", 0.5

    with record() as runs:
        xgboost.train(
            task.params,
            task.train,
            1,
            evals=[(task.valid, "valid")],
            custom_metric=error,
            evals_result={},
            callbacks=[LearningRateScheduler([0.1])],
            verbose_eval=False,
        )

        expected = {"early_stopping_rounds", "maximize", "num_boost_round", "verbose_eval"}
        assert runs.only.params.keys() == expected | task.params.keys()


def test_each_round_is_a_step_of_each_metric_on_each_set(task):
    params = {**task.params, "eval_metric": ["logloss", "auc"]}
    told = {}

    with record() as runs:
        xgboost.train(
            params,
            task.train,
            3,
            evals=[(task.train, "train"), (task.valid, "valid")],
            evals_result=told,
            verbose_eval=False,
        )

        run = runs.only
        for data_set in ("train", "valid"):
            for metric in ("logloss", "auc"):
                name = f"{data_set}-{metric}"
                assert steps(run, name) == [0, 1, 2]
                assert values(run, name) == told[data_set][metric]


def test_an_at_sign_in_a_metrics_name_is_spelt_out(task):
    params = {**task.params, "eval_metric": "error@0.7"}

    with record() as runs:
        xgboost.train(params, task.train, 1, evals=[(task.valid, "v")], verbose_eval=False)

        assert steps(runs.only, "v-error_at_0.7") == [0]


def test_a_metric_of_the_users_own_is_recorded(task):
    with record() as runs:
        xgboost.train(
            task.params,
            task.train,
            2,
            evals=[(task.valid, "valid")],
            custom_metric=lambda predicted, matrix: ("mine", len(predicted)),
            verbose_eval=False,
        )

        assert values(runs.only, "valid-mine") == [40.0, 40.0]


def test_sets_may_be_passed_by_position(task):
    with record() as runs:
        with pytest.warns(FutureWarning, match="evals"):
            xgboost.train(task.params, task.train, 2, [(task.valid, "valid")])

        assert steps(runs.only, "valid-logloss") == [0, 1]
        assert ("eval", "valid") in runs.only.datasets


def test_every_nth_step_is_kept(task):
    with record(every_n_steps=2) as runs:
        xgboost.train(task.params, task.train, 5, evals=[(task.valid, "v")], verbose_eval=False)

        assert steps(runs.only, "v-logloss") == [0, 2, 4]


def test_without_a_set_the_last_round_is_evaluated_on_the_training_data(task):
    expected = {}
    xgboost.train(
        task.params,
        task.train,
        3,
        evals=[(task.train, "train")],
        evals_result=expected,
        verbose_eval=False,
    )

    with record(every_n_steps=100) as runs:
        xgboost.train(task.params, task.train, 3, verbose_eval=False)

        assert runs.only.metrics.keys() == EFFORT | {"train-logloss"}
        assert steps(runs.only, "train-logloss") == [2]
        found = values(runs.only, "train-logloss")
        assert found == pytest.approx(expected["train"]["logloss"][-1:])


def test_the_training_data_are_not_evaluated_on_if_nobody_wants_it(task):
    with record(xgboost={"training_metrics": False}) as runs:
        xgboost.train(task.params, task.train, 1, verbose_eval=False)

        assert runs.only.metrics.keys() == EFFORT


@pytest.mark.parametrize(
    ("params", "objective"),
    [
        ({"booster": "dart"}, None),
        ({"rate_drop": 0.1, "booster": "dart"}, None),
        ({}, lambda predicted, matrix: (predicted - matrix.get_label(), predicted * 0 + 1)),
    ],
)
def test_the_training_data_are_not_evaluated_on_where_it_would_cost_or_say_nothing(
    task, params, objective
):
    with record() as runs:
        xgboost.train({**task.params, **params}, task.train, 2, obj=objective, verbose_eval=False)

        assert runs.only.metrics.keys() == EFFORT


def test_the_training_data_are_not_evaluated_on_where_that_would_take_long(task, monkeypatch):
    monkeypatch.setattr("autolog_xgboost.round_metrics._SECONDS_PER_ROW", 1.0)

    with record() as runs:
        xgboost.train(task.params, task.train, 2, verbose_eval=False)

        assert runs.only.metrics.keys() == EFFORT


def test_a_metric_that_is_not_defined_for_the_labels_is_no_failure(task):
    graded = xgboost.DMatrix(task.X[:80], [0, 1, 2, 1] * 20)
    params = {"objective": "rank:ndcg", "eval_metric": "map", "nthread": 1}

    with record() as runs:
        xgboost.train(params, graded, 2)

        assert runs.only.metrics.keys() == EFFORT
        assert "binary" in runs.only.tags["autolog.training_metrics_missing"]


@pytest.mark.parametrize("by_callback", [False, True])
def test_early_stopping_is_recorded_however_it_was_asked_for(task, by_callback):
    asked = (
        {"callbacks": [EarlyStopping(rounds=2)]} if by_callback else {"early_stopping_rounds": 2}
    )
    told = {}

    with record() as runs:
        booster = xgboost.train(
            {**task.params, "eval_metric": ["logloss", "auc"], "eta": 1},
            task.train,
            50,
            evals=[(task.train, "train"), (task.valid, "valid")],
            evals_result=told,
            verbose_eval=False,
            **asked,
        )

        run, best, last = runs.only, booster.best_iteration, booster.best_iteration + 2
        assert last < 49
        assert run.metrics["stopped_iteration"] == last
        assert run.metrics["best_iteration"] == best
        assert run.metrics["best_score"] == booster.best_score
        for name in ("train-logloss", "valid-logloss", "train-auc", "valid-auc"):
            data_set, metric = name.split("-")
            assert steps(run, name) == [*range(last + 1), last + 1]
            assert values(run, name) == [*told[data_set][metric], told[data_set][metric][best]]


def test_the_best_round_is_repeated_whatever_steps_are_kept(task):
    with record(every_n_steps=100) as runs:
        xgboost.train(
            task.params,
            task.train,
            4,
            evals=[(task.valid, "valid")],
            early_stopping_rounds=10,
            verbose_eval=False,
        )

        assert steps(runs.only, "valid-logloss") == [0, 4]


def test_early_stopping_may_keep_the_best_rounds_only(task):
    with record() as runs:
        booster = xgboost.train(
            {**task.params, "eta": 1},
            task.train,
            50,
            evals=[(task.valid, "valid")],
            callbacks=[EarlyStopping(rounds=2, save_best=True)],
            verbose_eval=False,
        )

        run = runs.only
        assert run.metrics["best_iteration"] == booster.num_boosted_rounds() - 1
        assert run.metrics["stopped_iteration"] == booster.num_boosted_rounds() + 1


def test_a_training_that_nobody_meant_to_stop_has_no_stopping(task):
    with record() as runs:
        xgboost.train(task.params, task.train, 2, evals=[(task.valid, "v")], verbose_eval=False)

        assert "stopped_iteration" not in runs.only.metrics


def test_a_callback_of_the_users_that_stops_the_training_is_recorded(task):
    with record() as runs:
        xgboost.train(
            task.params,
            task.train,
            9,
            evals=[(task.valid, "valid")],
            callbacks=[Noting(stops_at=3)],
            verbose_eval=False,
        )

        assert steps(runs.only, "valid-logloss") == [0, 1, 2, 3]
        assert runs.only.metrics["stopped_iteration"] == 3
        assert "best_iteration" not in runs.only.metrics


def test_a_continued_training_goes_on_from_the_right_step(task):
    evals = [(task.valid, "valid")]
    first = xgboost.train(task.params, task.train, 3, verbose_eval=False)

    with record() as runs:
        booster = xgboost.train(
            task.params,
            task.train,
            4,
            evals=evals,
            xgb_model=first,
            early_stopping_rounds=20,
            verbose_eval=False,
        )

        run = runs.only
        assert steps(run, "valid-logloss") == [3, 4, 5, 6, 7]
        assert run.metrics["stopped_iteration"] == 6
        assert run.metrics["best_iteration"] == booster.best_iteration
        assert run.metrics["valid-logloss"] == pytest.approx(booster.best_score)


@NEEDS_ORDER
def test_the_users_callbacks_keep_their_list_and_their_order(task):
    noted = []
    callbacks = [Noting("one", noted), Noting("two", noted)]
    before = list(callbacks)

    with record():
        xgboost.train(task.params, task.train, 2, callbacks=callbacks, verbose_eval=False)

    assert callbacks == before
    assert noted == [("one", 0), ("two", 0), ("one", 1), ("two", 1)]


def test_the_round_in_which_a_callback_fails_is_kept(task):
    with record() as runs:
        with pytest.raises(ValueError, match="the user's own"):
            xgboost.train(
                task.params,
                task.train,
                9,
                evals=[(task.valid, "valid")],
                callbacks=[Noting(fails_at=2)],
                verbose_eval=False,
            )

        assert runs.only.status == "FAILED"
        assert steps(runs.only, "valid-logloss") == [0, 1, 2]


def test_rounds_that_cannot_be_recorded_leave_the_training_alone(task, monkeypatch):
    def fail(*_):
        raise ValueError("no room")

    def train():
        evals = [(task.valid, "valid")]
        return xgboost.train(task.params, task.train, 3, evals=evals, verbose_eval=False)

    bare = train()
    monkeypatch.setattr(Rounds, "log", fail)
    with record(strict=False) as runs:
        booster = train()

        assert booster.save_raw() == bare.save_raw()
        assert runs.only.status == "FINISHED"
        assert "logging a round of XGBoost" in runs.only.tags["autolog.error"]


def test_what_a_callback_adds_to_the_history_is_recorded_at_its_round(task):
    class Adding(TrainingCallback):
        def after_iteration(self, model, epoch, evals_log):
            if epoch != 1:
                evals_log.setdefault("own", {}).setdefault("number", []).append(epoch * 10)
            return False

    with record() as runs:
        xgboost.train(
            task.params,
            task.train,
            3,
            evals=[(task.valid, "valid")],
            callbacks=[Adding()],
            verbose_eval=False,
        )

        assert runs.only.metric_history("own-number") == [(0, 0.0), (2, 20.0)]
        assert steps(runs.only, "valid-logloss") == [0, 1, 2]


def test_what_is_printed_is_the_same(task, capfd):
    arguments = {"evals": [(task.valid, "valid")], "verbose_eval": 2}
    xgboost.train(task.params, task.train, 4, **arguments)
    expected = capfd.readouterr()

    with record():
        xgboost.train(task.params, task.train, 4, **arguments)

    assert capfd.readouterr() == expected


def test_a_wrong_call_fails_as_it_does_without_autolog(task):
    with record() as runs:
        with pytest.raises(TypeError, match=r"evals|invalid cache item"):
            xgboost.train(task.params, task.train, 1, evals=[(task.X, "train")])
        with pytest.raises(TypeError, match="callback must be an instance"):
            xgboost.train(task.params, task.train, 1, callbacks=[print])
        with pytest.raises(TypeError, match="dtrain"):
            xgboost.train(task.params)

        assert [run.status for run in runs] == ["FAILED"] * 3


@pytest.mark.parametrize(
    "params",
    [
        {"booster": "dart", "rate_drop": 0.5},
        {"tree_method": "exact"},
        {"monotone_constraints": "(1,0,-1,0)"},
        {"objective": "multi:softprob", "num_class": 2},
        {"objective": "rank:pairwise"},
        {"num_parallel_tree": 3, "subsample": 0.5},
    ],
)
def test_boosters_and_objectives_of_every_kind_are_recorded(task, params):
    with record() as runs:
        xgboost.train(
            {**task.params, **params},
            task.train,
            3,
            evals=[(task.valid, "valid")],
            verbose_eval=False,
        )

        run = runs.only
        (metric,) = [name for name in run.metrics if name.startswith("valid-")]
        assert steps(run, metric) == [0, 1, 2]
        assert "feature_importance_weight.json" in run.artifacts
        assert '"outputs"' in run.models["model"].signature
        assert not any(
            tag.startswith("autolog.") for tag in run.tags.keys() - {"autolog.integration"}
        )


def test_a_linear_booster_is_recorded_with_its_weights(task):
    with record() as runs:
        xgboost.train(
            {"booster": "gblinear"},
            task.train,
            3,
            evals=[(task.valid, "valid")],
            verbose_eval=False,
        )

        assert steps(runs.only, "valid-rmse") == [0, 1, 2]
        assert "feature_importance_weight.json" in runs.only.artifacts
        assert "feature_importance_gain.json" not in runs.only.artifacts


def test_an_objective_of_the_users_own_is_recorded(task):
    with record() as runs:
        xgboost.train(
            {"max_depth": 2, "eval_metric": "rmse"},
            task.train,
            2,
            obj=lambda predicted, matrix: (predicted - matrix.get_label(), predicted * 0 + 1),
            evals=[(task.valid, "valid")],
            verbose_eval=False,
        )

        assert steps(runs.only, "valid-rmse") == [0, 1]


def test_the_function_may_be_called_from_either_module(task):
    with record() as runs:
        xgboost.training.train(task.params, task.train, 1, verbose_eval=False)

        assert len(runs) == 1


def test_a_metric_that_only_later_rounds_have_is_recorded_from_there_on(task):
    names = iter(["early", "early", "late", "late"])

    with record() as runs:
        xgboost.train(
            task.params,
            task.train,
            4,
            evals=[(task.valid, "v")],
            custom_metric=lambda predicted, matrix: (next(names), 1.0),
            verbose_eval=False,
        )

        assert steps(runs.only, "v-early") == [0, 1]
        assert steps(runs.only, "v-late") == [2, 3]
