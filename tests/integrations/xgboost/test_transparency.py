"""A recorded training gives what it would have given, to the bit."""

from __future__ import annotations

import copy
import os
import pickle
import random
import subprocess
import sys
import warnings

import numpy as np
import pytest
import xgboost
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost.callback import EarlyStopping, LearningRateScheduler, TrainingCallback

from autolog.delivery.recovery import recover
from autolog.sinks.registry import open_sink
from autolog.store import Store
from autolog.testing import record

# XGBoost's newest versions are about to drop some boosters and estimators
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")

SEEDED = {"seed": 3, "subsample": 0.7, "colsample_bytree": 0.7}

PARAMS = [
    {},
    {"booster": "dart", "rate_drop": 0.3},
    {"booster": "gblinear", "updater": "shotgun"},
    {"tree_method": "exact"},
    {"tree_method": "approx"},
    {"objective": "multi:softprob", "num_class": 2},
    {"objective": "rank:ndcg"},
    {"monotone_constraints": "(1,0,-1,0)", "num_parallel_tree": 2},
    {"eval_metric": ["auc", "logloss", "error@0.6"]},
]


def train(task, params, **arguments):
    """What can be told apart of a training: the model, its pickle, what it predicts, the score."""
    if params.get("booster") == "gblinear":
        given = {"objective": "binary:logistic", "nthread": 1, "seed": 3, **params}
    else:
        given = {**task.params, **SEEDED, **params}
    told = {}
    random.seed(0)
    global_generator = np.random.mtrand._rand
    global_generator.seed(0)
    booster = xgboost.train(
        given, task.train, 6, evals_result=told, verbose_eval=False, **arguments
    )
    return (
        bytes(booster.save_raw()),
        pickle.dumps(booster),
        booster.save_config(),
        booster.predict(task.valid).tobytes(),
        booster.attributes(),
        told,
        random.random(),
        global_generator.random(),
    )


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("is_evaluated", [False, True])
def test_boosters_are_the_same(task, params, is_evaluated):
    arguments = {"evals": [(task.train, "a"), (task.valid, "b")]} if is_evaluated else {}
    before = copy.deepcopy((task.params, params))
    expected = train(task, params, **arguments)

    with record() as runs:
        found = train(task, params, **arguments)

        assert len(runs) == 1

    assert found == expected
    assert (task.params, params) == before


@pytest.mark.parametrize(
    "arguments",
    [
        {"early_stopping_rounds": 2},
        {"callbacks": [EarlyStopping(rounds=2, save_best=True)]},
        {"callbacks": [LearningRateScheduler(lambda number: 0.5**number)]},
        {"custom_metric": lambda predicted, matrix: ("mine", predicted.sum())},
        {"obj": lambda predicted, matrix: (predicted - matrix.get_label(), predicted * 0 + 1)},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_boosters_are_the_same_whatever_the_training_is_told(task, arguments):
    evals = [(task.valid, "valid")]
    expected = train(task, {"eta": 1}, evals=evals, **copy.deepcopy(arguments))

    with record():
        found = train(task, {"eta": 1}, evals=evals, **copy.deepcopy(arguments))

    assert found == expected


def test_what_goes_on_with_a_recorded_booster_is_the_same(task):
    def train_on():
        first = xgboost.train(task.params, task.train, 3, verbose_eval=False)
        second = xgboost.train(task.params, task.train, 3, xgb_model=first, verbose_eval=False)
        return bytes(first.save_raw()), bytes(second.save_raw())

    expected = train_on()

    with record():
        found = train_on()

    assert found == expected


@pytest.mark.parametrize("kind", [xgboost.XGBClassifier, xgboost.XGBRegressor])
@pytest.mark.parametrize(
    "generator", [lambda: 5, lambda: np.random.RandomState(0), lambda: np.random.default_rng(0)]
)
def test_estimators_and_the_generators_that_they_draw_from_are_the_same(task, kind, generator):
    def fit():
        drawn_from = generator()
        model = kind(n_estimators=3, subsample=0.5, n_jobs=1, random_state=drawn_from)
        model.fit(task.X, task.y)
        model.fit(task.X, task.y)
        return pickle.dumps(model), pickle.dumps(drawn_from)

    expected = fit()

    with record():
        found = fit()

    assert found == expected


def test_generators_of_estimators_within_others_are_the_same(task):
    def fit():
        drawn_from = np.random.RandomState(0)
        model = xgboost.XGBClassifier(
            n_estimators=2, subsample=0.5, n_jobs=1, random_state=drawn_from
        )
        make_pipeline(StandardScaler(), model).fit(task.X, task.y)
        GridSearchCV(model, {"max_depth": [1, 2]}, cv=2).fit(task.X, task.y)
        cross_val_score(model, task.X, task.y, cv=2)
        return pickle.dumps(drawn_from)

    expected = fit()

    with record():
        found = fit()

    assert found == expected


def test_a_recorded_estimator_clones_and_pickles(task):
    with record():
        model = xgboost.XGBClassifier(n_estimators=2, n_jobs=1).fit(task.X, task.y)
        again = pickle.loads(pickle.dumps(model))
        other = clone(model)

    assert np.array_equal(again.predict_proba(task.X), model.predict_proba(task.X))
    assert other.get_params().keys() == model.get_params().keys()


def test_cross_validation_is_the_same(task):
    arguments = {"nfold": 3, "metrics": ["auc", "logloss"], "early_stopping_rounds": 2}
    expected = xgboost.cv(task.params, task.train, 9, **arguments)

    with record():
        found = xgboost.cv(task.params, task.train, 9, **arguments)

    assert found.equals(expected)


def test_a_callback_sees_what_it_sees_without_autolog(task):
    class Seeing(TrainingCallback):
        def __init__(self):
            super().__init__()
            self.seen = []

        def before_training(self, model):
            self.seen.append(("before", model.num_boosted_rounds()))
            return model

        def after_iteration(self, model, epoch, evals_log):
            self.seen.append((epoch, copy.deepcopy(evals_log), model.attributes()))
            return False

        def after_training(self, model):
            self.seen.append(("after", bytes(model.save_raw()), model.save_config()))
            return model

    def seen():
        callback = Seeing()
        xgboost.train(task.params, task.train, 3, callbacks=[callback], verbose_eval=False)
        return callback.seen

    expected = seen()

    with record():
        found = seen()

    assert found == expected


_KILLED = """
import os, signal, numpy, xgboost
from xgboost.callback import TrainingCallback
import autolog

class Killing(TrainingCallback):
    def before_iteration(self, model, epoch, evals_log):
        if epoch == 8:
            os.kill(os.getpid(), signal.SIGKILL)
        return False

autolog.autolog(silent=True)
matrix = xgboost.DMatrix(numpy.arange(40.0).reshape(20, 2), numpy.arange(20) % 2)
xgboost.train({}, matrix, 50, evals=[(matrix, "train")], callbacks=[Killing()], verbose_eval=False)
"""


def test_a_killed_training_has_kept_every_round(tmp_path):
    folder = tmp_path / "killed"

    process = subprocess.run(
        [sys.executable, "-c", _KILLED],
        env={**os.environ, "AUTOLOG_DIR": str(folder)},
        check=False,
    )

    assert process.returncode == -9
    recover(folder, open_sink=open_sink)
    (run,) = Store(folder / "runs.db").runs()
    assert run.status == "KILLED"
    assert [point.step for point in run.metric_history("train-rmse")] == list(range(8))
    assert run.params["num_boost_round"] == "50"


@pytest.mark.parametrize(
    "params", [{"unknown": 1}, {"booster": "gblinear"}, {"booster": "dart"}], ids=str
)
def test_what_xgboost_warns_of_is_the_same(task, params):
    def said():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            xgboost.train({"nthread": 1, **params}, task.train, 2, verbose_eval=False)
        return [
            (str(one.message).partition("] ")[2], one.category, one.filename, one.lineno)
            for one in caught
        ]

    expected = said()

    with record():
        found = said()

    assert found == expected
