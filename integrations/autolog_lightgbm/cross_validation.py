"""LightGBM's own cross-validation: each call of `lightgbm.cv` is a run."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lightgbm import Dataset, engine

from autolog.capture.boosting.metric_names import fold_name, metric_name
from autolog.capture.boosting.plain_params import own_arguments, plain_params
from autolog.capture.effort import Effort
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_lightgbm.data_sets import UsedDataSets
from autolog_lightgbm.native import NO_PARAMS, add_callback
from autolog_lightgbm.round_metrics import RoundMetrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.capture.boosting.rounds import Rounds

_TRAINING_SET = "train"
_SEED = "seed"
_AGGREGATE = "_agg_cv_result"


class _Folds:
    """Records the results of the folds in each round, before LightGBM makes means of them."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self._iteration = 0

    def log(self, results: Sequence[Sequence[Any]]) -> None:
        self._rounds.log(
            self._iteration,
            {
                fold_name(fold, metric_name(row[0], row[1])): float(row[2])
                for fold, rows in enumerate(results)
                for row in rows
            },
        )
        self._iteration += 1


_current: ContextVar[_Folds | None] = ContextVar("autolog_lightgbm_folds", default=None)


def record_cv(call: Call, run: Run) -> HookSteps:
    """The hook around `lightgbm.cv`."""
    train_set = call.get("train_set")
    with guard("reading the params of LightGBM", run.note_failure):
        run.log_params(_params(call))
    used = UsedDataSets(run)
    with guard("looking at the training data", run.note_failure):
        if isinstance(train_set, Dataset):
            used.log_train_set(train_set)
    round_metrics = RoundMetrics(run, _TRAINING_SET)
    add_callback(call, round_metrics.callback())
    effort = Effort()
    token = _current.set(_Folds(round_metrics.rounds))
    try:
        yield
    finally:
        _current.reset(token)
    run.log_metrics(effort.metrics())
    with guard("looking at the data sets", run.note_failure):
        used.log_built()
    with guard("looking at the rounds of LightGBM", run.note_failure):
        if round_metrics.model is not None:
            round_metrics.log_stopping(round_metrics.model.best_iteration)


def _params(call: Call) -> dict[str, Any]:
    """The booster's params and the call's own arguments; a `seed` there is that of the folds."""
    given = plain_params(call.get("params") or {})
    own = own_arguments(call, NO_PARAMS | {"fpreproc"})
    folds = {f"cv_{_SEED}": own.get(_SEED)} if _SEED in given else {}
    # where both say something, LightGBM goes by the params
    return own | given | folds


def _aggregate(call: Call, _run: Run) -> HookSteps:
    folds = _current.get()
    if folds is not None:
        folds.log(call.get("raw_results"))
    yield


CROSS_VALIDATION_PATCHES = (
    Patch("lightgbm:cv", record_cv),
    Patch("lightgbm.engine:cv", record_cv),
    # LightGBM hands the results of single folds to nobody, and names this function nowhere
    *(
        [Patch(f"lightgbm.engine:{_AGGREGATE}", _aggregate, "attached")]
        if hasattr(engine, _AGGREGATE)
        else []
    ),
)
"""Patches of `lightgbm.cv`, and of what it does with the results of its folds."""
