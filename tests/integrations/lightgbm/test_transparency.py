"""LightGBM trains with autolog as it does without: to the bit, and to the order of callbacks."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import warnings
import weakref

import lightgbm
import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import clone

from autolog.testing import record

BOOSTINGS = {
    "gbdt": {},
    "dart": {"boosting": "dart", "drop_rate": 0.5},
    "rf": {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
    "goss": {"data_sample_strategy": "goss"},
    "multiclass": {"objective": "multiclass", "num_class": 2},
    "linear": {"linear_tree": True},
    "monotone": {"monotone_constraints": [1, 0, 0, 0, 0]},
    "stopped": {"early_stopping_round": 2, "learning_rate": 2.0},
}


def trained(params, table, **arguments):
    inputs, targets = table
    train_set = lightgbm.Dataset(inputs[:150], targets[:150])
    other = lightgbm.Dataset(inputs[150:], targets[150:], reference=train_set)
    return lightgbm.train(params, train_set, 8, valid_sets=[train_set, other], **arguments)


@pytest.mark.parametrize("boosting", BOOSTINGS)
def test_a_booster_is_the_same_to_the_bit(binary, table, boosting):
    params = {**binary, **BOOSTINGS[boosting]}
    bare = trained(params, table)

    with record():
        recorded = trained(params, table)

    assert recorded.model_to_string() == bare.model_to_string()
    assert recorded.best_iteration == bare.best_iteration
    assert recorded.best_score == bare.best_score
    assert vars(recorded).keys() == vars(bare).keys()


@pytest.mark.parametrize("boosting", ["gbdt", "dart", "rf"])
def test_an_evaluation_that_nobody_asked_for_changes_no_booster(binary, table, boosting):
    params = {**binary, **BOOSTINGS[boosting]}
    arguments = {"num_boost_round": 8, "keep_training_booster": True}
    bare = lightgbm.train(params, lightgbm.Dataset(*table), **arguments)

    with record() as runs:
        recorded = lightgbm.train(params, lightgbm.Dataset(*table), **arguments)

        assert "training-binary_logloss" in runs.only.metrics
    bare.update()
    recorded.update()
    assert recorded.model_to_string() == bare.model_to_string()


def test_a_ranking_and_its_groups_are_the_same(table):
    inputs, targets = table
    params = {"objective": "lambdarank", "num_threads": 1, "verbose": -1}

    def train():
        return lightgbm.train(params, lightgbm.Dataset(inputs, targets, group=[20] * 10), 5)

    bare = train().model_to_string()
    with record():
        assert train().model_to_string() == bare


def test_a_fit_is_the_same_to_the_bit(table):
    def fit():
        return LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1, random_state=3).fit(*table)

    bare = fit()
    with record():
        recorded = fit()

    assert pickle.dumps(recorded) == pickle.dumps(bare)
    assert vars(recorded).keys() == vars(bare).keys()


def test_the_users_generator_is_drawn_from_as_often(table):
    def fit():
        generator = np.random.RandomState(5)
        LGBMRegressor(n_estimators=2, n_jobs=1, verbose=-1, random_state=generator).fit(*table)
        return generator.randint(10**6)

    bare = fit()
    with record():
        assert fit() == bare


def test_callbacks_are_called_in_the_same_order_and_get_the_same_order(binary, table):
    def called():
        names = []

        def callback(name):
            return lambda env: names.append((name, env.iteration))

        callbacks = [callback(place) for place in range(5)]
        callbacks[1].order = 99
        callbacks[2].before_iteration = True
        before = list(callbacks)
        trained(binary, table, callbacks=callbacks)
        assert callbacks == before
        return names, [vars(callback) for callback in callbacks]

    bare = called()
    with record():
        assert called() == bare


def test_callbacks_that_lightgbm_refuses_are_left_to_it(binary, table):
    def error_of(callbacks):
        with pytest.raises(Exception) as raised:
            trained(binary, table, callbacks=callbacks)
        return type(raised.value), str(raised.value)

    refused = [lambda: 5, lambda: [len], lambda: (one for one in [print])]
    bare = [error_of(make()) for make in refused]
    with record():
        assert [error_of(make()) for make in refused] == bare


def test_evaluation_sets_that_can_be_gone_through_once_are_left_to_lightgbm(binary, sets):
    with record() as runs:
        lightgbm.train(binary, sets[0], 2, valid_sets=iter([sets[1]]))

        assert len(runs.only.metric_history("valid_0-binary_logloss")) == 2


def test_nothing_is_kept_alive(binary, table):
    inputs, targets = (data.copy() for data in table)

    with record():
        train_set = lightgbm.Dataset(inputs, targets)
        booster = lightgbm.train(binary, train_set, 2, valid_sets=[train_set])
        fitted = LGBMClassifier(n_estimators=2, n_jobs=1, verbose=-1).fit(inputs, targets)
        references = [weakref.ref(one) for one in (inputs, train_set, booster, fitted)]
        del inputs, train_set, booster, fitted
        gc.collect()

        assert [reference() for reference in references] == [None] * 4


def test_what_the_user_gave_is_not_changed(binary, sets):
    callbacks, valid_sets = [lightgbm.log_evaluation(0)], [sets[1]]
    binary["metric"] = ["auc"]
    before = copy.deepcopy(binary), list(callbacks), list(valid_sets)

    with record():
        lightgbm.train(binary, sets[0], 2, valid_sets=valid_sets, callbacks=callbacks)

    assert (binary, callbacks, valid_sets) == before


def test_a_recorded_history_and_a_log_are_the_same(binary, table, capsys):
    def run():
        history = {}
        callbacks = [lightgbm.record_evaluation(history), lightgbm.log_evaluation(2)]
        trained({**binary, "verbose": 1}, table, callbacks=callbacks)
        return history, capsys.readouterr()

    bare = run()
    with record():
        recorded = run()

    assert recorded[0] == bare[0]
    assert "valid_1's binary_logloss" in recorded[1].out
    assert recorded[1] == bare[1]


@pytest.mark.parametrize("verbose", [-1, 0, 1])
def test_what_a_fit_prints_is_the_same(table, capfd, verbose):
    params = {"n_estimators": 2, "verbose": verbose, "num_threads": 1, "force_col_wise": True}

    def printed():
        # aliases that LightGBM comments on, when it is fitted and when it predicts
        LGBMClassifier(**params, feature_fraction=0.5, min_data=9).fit(*table)
        return capfd.readouterr().out

    bare = printed()
    with record():
        assert printed() == bare


def test_a_booster_stays_as_talkative_as_it_was(table, capfd):
    inputs, targets = table

    def printed(verbosity):
        params = {"num_threads": 1, "verbosity": verbosity, "objective": "binary"}
        train_set = lightgbm.Dataset(inputs[:30], targets[:30])
        booster = lightgbm.train(params, train_set, 2, keep_training_booster=True)
        capfd.readouterr()
        booster.update()
        return capfd.readouterr().out

    bare = [printed(verbosity) for verbosity in (-1, 1)]
    with record():
        assert [printed(verbosity) for verbosity in (-1, 1)] == bare
    assert "Stopped training" in bare[1]


def test_warnings_point_to_the_users_line(binary, sets):
    def warned():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            lightgbm.train({**binary, "num_iterations": 2, "n_iter": 3}, sets[0])
        return [(str(one.message), one.filename, one.lineno) for one in caught]

    bare = warned()
    with record():
        assert warned() == bare


def test_errors_are_lightgbms_own(binary, table):
    with record() as runs:
        with pytest.raises(TypeError, match="only accepts Dataset object"):
            lightgbm.train(binary, table[0])
        with pytest.raises(lightgbm.basic.LightGBMError, match="Length of labels"):
            lightgbm.train(binary, lightgbm.Dataset(table[0], table[1][:5]))

        assert [run.status for run in runs] == ["FAILED", "FAILED"]


def test_signatures_and_clones_are_the_same(classifier):
    functions = [lightgbm.train, lightgbm.cv, LGBMClassifier.fit, lightgbm.Dataset.construct]
    bare = [inspect.signature(function) for function in functions]

    with record():
        patched = [lightgbm.train, lightgbm.cv, LGBMClassifier.fit, lightgbm.Dataset.construct]
        assert [inspect.signature(function) for function in patched] == bare
        assert clone(classifier).get_params() == classifier.get_params()


def test_a_training_within_a_callback_of_another_is_not_recorded(binary, sets, table):
    def train_another(env):
        if env.iteration == 1:
            lightgbm.train(binary, lightgbm.Dataset(*table), 2)

    with record() as runs:
        booster = lightgbm.train(binary, sets[0], 4, callbacks=[train_another])

        assert [run.name for run in runs.all] == ["train"]
    assert booster.current_iteration() == 4
