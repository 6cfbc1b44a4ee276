"""What is recorded of any training with XGBoost, by whichever interface."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from xgboost.callback import EarlyStopping
from xgboost.core import XGBoostError

from autolog.capture.boosting.importance import log_importance
from autolog.capture.boosting.plain_params import own_arguments, plain_params
from autolog.capture.quiet import quiet
from autolog_xgboost.round_metrics import RoundMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgboost import Booster, DMatrix

    from autolog.integration import Call, Run

IMPORTANCE_TYPES = ("weight", "gain", "cover", "total_gain", "total_cover")
"""What XGBoost can say of the importance of features."""

_USUAL_TYPES = ("weight", "gain")

_NO_PARAMS = frozenset(
    {"callbacks", "dtrain", "evals", "evals_result", "feval", "folds", "fpreproc", "obj"}
    | {"params", "xgb_model"}
)
"""Arguments that are data, functions or models; the params of the booster are told one by one."""

_METRIC = "eval_metric"
_PAIR = 2


def training_params(call: Call) -> dict[str, Any]:
    """The params of the booster that a call trains, and the call's own arguments."""
    return {**plain_params(booster_params(call)), **own_arguments(call, _NO_PARAMS)}


def booster_params(call: Call) -> dict[str, Any]:
    """The params of the booster that a call trains, which may have been given as pairs."""
    given = call.get("params")
    pairs = list(given.items() if isinstance(given, dict) else given or ())
    params = dict(pairs)
    metrics = [value for name, value in pairs if name == _METRIC]
    if len(metrics) > 1:  # the only one that counts more than once
        params[_METRIC] = metrics
    return params


def evaluation_sets(call: Call, name: str) -> list[tuple[Any, Any]]:
    """The pairs that say what a training is evaluated on; XGBoost refuses anything else.

    Args:
        call: The training or the fit.
        name: The name of the argument.
    """
    given = call.get(name)
    pairs = given if isinstance(given, list | tuple) else ()  # an iterator may be read only once
    pairs = [pair for pair in pairs if isinstance(pair, list | tuple)]
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == _PAIR]


def watch(call: Call, run: Run, unevaluated: DMatrix | None = None) -> RoundMetrics:
    """Puts a callback before those of the user's, in a list of its own.

    Args:
        call: The training.
        run: Its run.
        unevaluated: What is to be evaluated at the end, if nothing else is evaluated.
    """
    given = list(call.get("callbacks") or ())
    metrics = RoundMetrics(run, is_alone=not given, unevaluated=unevaluated)
    call.replace("callbacks", [metrics, *given])
    return metrics


def log_stopping(call: Call, metrics: RoundMetrics) -> None:
    """Records when a training was stopped, if it was to be stopped early or has been.

    Args:
        call: The training.
        metrics: What has watched it.
    """
    if call.get("early_stopping_rounds") or any(map(_stops_early, call.get("callbacks"))):
        iteration, score = metrics.best
        metrics.rounds.log_stopping(
            None if iteration is None else int(iteration),
            # of a cross-validation, older versions note the mean and the deviation
            best_score=None if score is None else float(score.strip("()").partition(",")[0]),
        )
    elif metrics.rounds.count < call.get("num_boost_round"):
        metrics.rounds.log_stopping(None)


def log_importances(run: Run, booster: Booster, kinds: Iterable[str] | None) -> None:
    """Keeps what the features of a booster are worth.

    Args:
        run: The run of the training.
        booster: What was trained.
        kinds: The kinds of importance; `None` for the usual ones.

    Raises:
        ValueError: There is no such kind.
    """
    for kind in _USUAL_TYPES if kinds is None else kinds:
        if kind not in IMPORTANCE_TYPES:
            expected = ", ".join(IMPORTANCE_TYPES)
            raise ValueError(f"importance_types: expected some of {expected}, got {kind!r}")
        try:
            with quiet():
                importance = booster.get_score(importance_type=kind)
        except XGBoostError:  # linear models have weights only
            continue
        keep = partial(log_importance, run, kind, importance, booster.num_features())
        run.later(f"keeping the importance of features by {kind}", keep)


def _stops_early(callback: object) -> bool:
    return isinstance(callback, EarlyStopping)
