"""Trainings whose records are compared with those of MLflow, by XGBoost and by LightGBM."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from sklearn.model_selection import GridSearchCV

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RANDOM = np.random.default_rng(7)
_ROWS, _ROUNDS = 120, 6
X = _RANDOM.normal(size=(_ROWS, 4))
NOISE = _RANDOM.normal(size=_ROWS)
WEIGHTS = _RANDOM.uniform(0.5, 2.0, size=_ROWS)
AMOUNTS = X @ [1.0, -2.0, 0.5, 0.0] + NOISE
TWO = (AMOUNTS > 0).astype(int)
THREE = np.digitize(AMOUNTS, [-1.5, 1.5])
QUERIES = np.repeat(np.arange(_ROWS // 10), 10)
NAMES = ["age", "income", "debt", "score"]
FRAME = pd.DataFrame(X, columns=NAMES).assign(
    city=pd.Categorical(np.array(["Bonn", "Paris", "Rome"])[THREE])
)
FRAME.loc[::9, "debt"] = np.nan
TRAIN, TEST = slice(0, 80), slice(80, None)
# mostly noise: what is learnt of the first rows soon helps no more with the others
NOISY = (AMOUNTS + 5 * NOISE > 0).astype(int)

_XGBOOST = {"nthread": 1, "seed": 0, "max_depth": 2}
_LIGHTGBM = {"num_threads": 1, "seed": 0, "num_leaves": 4, "min_data_in_leaf": 5, "verbosity": -1}
_OF_XGBOOST = {"n_estimators": _ROUNDS, "max_depth": 2, "n_jobs": 1, "random_state": 0}
_OF_LIGHTGBM = {
    "n_estimators": _ROUNDS,
    "num_leaves": 4,
    "min_child_samples": 5,
    "n_jobs": 1,
    "random_state": 0,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Training:
    """One training.

    Attributes:
        library: The library that it is done with.
        run: Trains.
        options: The options of MLflow's that it is recorded with.
    """

    library: str
    run: Callable[[], object]
    options: Mapping[str, Any] = field(default_factory=dict)


def _matrix(part: slice, targets: Any, data: Any = X, **named: Any) -> xgboost.DMatrix:
    return xgboost.DMatrix(data[part], targets[part], **named)


def _xgboost(
    params: Mapping[str, Any],
    targets: Any = TWO,
    data: Any = X,
    *,
    evaluated: bool = True,
    rounds: int = _ROUNDS,
    named: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> xgboost.Booster:
    train, test = (_matrix(part, targets, data, **(named or {})) for part in (TRAIN, TEST))
    if evaluated:
        arguments["evals"] = [(train, "train"), (test, "test")]
    return xgboost.train({**_XGBOOST, **params}, train, rounds, verbose_eval=False, **arguments)


def _distance(predicted: Any, matrix: xgboost.DMatrix) -> tuple[str, float]:
    return "distance", float(np.abs(predicted - matrix.get_label()).sum())


def _lightgbm(
    params: Mapping[str, Any],
    targets: Any = TWO,
    data: Any = X,
    *,
    evaluated: bool = True,
    rounds: int = _ROUNDS,
    **arguments: Any,
) -> lightgbm.Booster:
    train = lightgbm.Dataset(data[TRAIN], targets[TRAIN])
    if evaluated:
        test = lightgbm.Dataset(data[TEST], targets[TEST], reference=train)
        arguments = {"valid_sets": [train, test], "valid_names": ["train", "test"], **arguments}
    return lightgbm.train({**_LIGHTGBM, **params}, train, rounds, **arguments)


def _far(predicted: Any, data: lightgbm.Dataset) -> tuple[str, float, bool]:
    return "distance", float(np.abs(predicted - data.get_label()).sum()), False


CASES: dict[str, Callable[[], Training]] = {
    "XGBoost: two data sets and two metrics": lambda: Training(
        "xgboost",
        lambda: _xgboost({"objective": "binary:logistic", "eval_metric": ["logloss", "auc"]}),
    ),
    "XGBoost: nothing evaluated": lambda: Training(
        "xgboost", lambda: _xgboost({"objective": "binary:logistic"}, evaluated=False)
    ),
    "XGBoost: stopped early by an argument": lambda: Training(
        "xgboost",
        lambda: _xgboost(
            {"objective": "binary:logistic", "eval_metric": ["auc", "logloss"]},
            NOISY,
            rounds=30,
            early_stopping_rounds=3,
        ),
    ),
    "XGBoost: stopped early by a callback": lambda: Training(
        "xgboost",
        lambda: _xgboost(
            {"objective": "multi:softprob", "num_class": 3},
            np.where(NOISE > 0, THREE, 0),
            rounds=30,
            callbacks=[xgboost.callback.EarlyStopping(rounds=3)],
        ),
    ),
    "XGBoost: DART with a metric of one's own": lambda: Training(
        "xgboost",
        lambda: _xgboost(
            {
                "booster": "dart",
                "rate_drop": 0.5,
                "monotone_constraints": (1, -1, 0, 0),
                "disable_default_eval_metric": True,
            },
            AMOUNTS,
            custom_metric=_distance,
        ),
    ),
    "XGBoost: three types of importance": lambda: Training(
        "xgboost",
        lambda: _xgboost({}, AMOUNTS, named={"feature_names": NAMES}),
        {"importance_types": ["weight", "gain", "total_cover"]},
    ),
    "XGBoost: a frame with categories": lambda: Training(
        "xgboost", lambda: _xgboost({}, AMOUNTS, FRAME, named={"enable_categorical": True})
    ),
    "XGBoost: a classifier that stops early": lambda: Training(
        "xgboost",
        lambda: xgboost.XGBClassifier(
            **{**_OF_XGBOOST, "n_estimators": 30},
            early_stopping_rounds=3,
            eval_metric=["merror", "mlogloss"],
        ).fit(
            X[TRAIN],
            THREE[TRAIN],
            eval_set=[(X[TRAIN], THREE[TRAIN]), (X[TEST], THREE[TEST])],
            verbose=False,
        ),
    ),
    "XGBoost: a regressor with weights": lambda: Training(
        "xgboost",
        lambda: xgboost.XGBRegressor(**_OF_XGBOOST).fit(
            FRAME[NAMES], AMOUNTS, sample_weight=WEIGHTS
        ),
    ),
    "XGBoost: a ranker": lambda: Training(
        "xgboost",
        lambda: xgboost.XGBRanker(**_OF_XGBOOST, eval_metric=["ndcg@1", "ndcg@3"]).fit(
            X[TRAIN],
            THREE[TRAIN],
            qid=QUERIES[TRAIN],
            eval_set=[(X[TEST], THREE[TEST])],
            eval_qid=[QUERIES[TEST]],
            verbose=False,
        ),
    ),
    "XGBoost: a random forest": lambda: Training(
        "xgboost", lambda: xgboost.XGBRFRegressor(**_OF_XGBOOST).fit(X, AMOUNTS)
    ),
    "XGBoost: a grid search": lambda: Training(
        "xgboost",
        lambda: GridSearchCV(
            xgboost.XGBClassifier(**_OF_XGBOOST), {"learning_rate": [0.1, 0.5]}, cv=2
        ).fit(X, TWO),
    ),
    "LightGBM: two data sets and two metrics": lambda: Training(
        "lightgbm",
        lambda: _lightgbm({"objective": "binary", "metric": ["binary_logloss", "auc"]}),
    ),
    "LightGBM: nothing evaluated": lambda: Training(
        "lightgbm", lambda: _lightgbm({"objective": "binary"}, evaluated=False)
    ),
    "LightGBM: stopped early by a param": lambda: Training(
        "lightgbm",
        lambda: _lightgbm(
            {"objective": "binary", "metric": "auc", "early_stopping_round": 3, "eta": 0.3},
            NOISY,
            rounds=30,
        ),
    ),
    "LightGBM: stopped early by a callback": lambda: Training(
        "lightgbm",
        lambda: _lightgbm(
            {"objective": "multiclass", "num_class": 3},
            np.where(NOISE > 0, THREE, 0),
            rounds=30,
            callbacks=[lightgbm.early_stopping(3, verbose=False)],
        ),
    ),
    "LightGBM: DART with a metric of one's own": lambda: Training(
        "lightgbm",
        lambda: _lightgbm(
            {"boosting": "dart", "drop_rate": 0.5, "monotone_constraints": [1, -1, 0, 0]},
            AMOUNTS,
            feval=_far,
        ),
    ),
    "LightGBM: names by default": lambda: Training(
        "lightgbm", lambda: _lightgbm({"objective": "binary"}, valid_names=None)
    ),
    "LightGBM: a frame with categories": lambda: Training(
        "lightgbm", lambda: _lightgbm({}, AMOUNTS, FRAME)
    ),
    "LightGBM: a classifier that stops early": lambda: Training(
        "lightgbm",
        lambda: lightgbm.LGBMClassifier(**{**_OF_LIGHTGBM, "n_estimators": 30}).fit(
            X[TRAIN],
            THREE[TRAIN],
            eval_X=(X[TRAIN], X[TEST]),
            eval_y=(THREE[TRAIN], THREE[TEST]),
            eval_metric="multi_error",
            callbacks=[lightgbm.early_stopping(3, verbose=False)],
        ),
    ),
    "LightGBM: a regressor with weights": lambda: Training(
        "lightgbm",
        lambda: lightgbm.LGBMRegressor(**_OF_LIGHTGBM).fit(
            FRAME[NAMES], AMOUNTS, sample_weight=WEIGHTS
        ),
    ),
    "LightGBM: a ranker": lambda: Training(
        "lightgbm",
        lambda: lightgbm.LGBMRanker(**_OF_LIGHTGBM).fit(
            X[TRAIN],
            THREE[TRAIN],
            group=[10] * 8,
            eval_X=X[TEST],
            eval_y=THREE[TEST],
            eval_group=[[10] * 4],
            eval_at=(1, 3),
        ),
    ),
    "LightGBM: a random forest": lambda: Training(
        "lightgbm",
        lambda: lightgbm.LGBMRegressor(
            **_OF_LIGHTGBM, boosting_type="rf", subsample=0.5, subsample_freq=1
        ).fit(X, AMOUNTS),
    ),
    "LightGBM: a grid search": lambda: Training(
        "lightgbm",
        lambda: GridSearchCV(
            lightgbm.LGBMClassifier(**_OF_LIGHTGBM), {"learning_rate": [0.1, 0.5]}, cv=2
        ).fit(X, TWO),
    ),
}
"""By name; the data of a training, and what it is done with, are made anew at each run."""
