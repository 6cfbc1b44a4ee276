"""`xgboost.cv`: each call is a run, with the metrics of each round over all folds and in each."""

from __future__ import annotations

from contextvars import ContextVar

from xgboost import DMatrix, callback

from autolog.capture.boosting.metric_names import fold_name
from autolog.capture.boosting.plain_params import plain_params
from autolog.capture.effort import Effort
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_xgboost.matrices import UsedMatrices
from autolog_xgboost.round_metrics import RoundMetrics, scores_of
from autolog_xgboost.training import log_stopping, training_params, watch

_under_way: ContextVar[RoundMetrics | None] = ContextVar("autolog_xgboost_cv", default=None)


def _cross_validate(call: Call, run: Run) -> HookSteps:
    with guard("reading the params of XGBoost", run.note_failure):
        folds = call.get("folds")
        own = {} if folds is None else plain_params({"folds": folds})  # a splitter has a text
        run.log_params({**training_params(call), **own})
    matrix = call.get("dtrain")
    if isinstance(matrix, DMatrix):
        with guard("looking at the training data", run.note_failure):
            UsedMatrices(run).log_train_matrix(matrix)
    metrics = watch(call, run)
    token = _under_way.set(metrics)
    effort = Effort()
    try:
        yield
    finally:
        _under_way.reset(token)
        metrics.finish()
    run.log_metrics(effort.metrics())
    with guard("looking at when XGBoost has stopped", run.note_failure):
        log_stopping(call, metrics)


def _log_folds(call: Call, _run: Run) -> HookSteps:
    """Reads what the folds say of a round, before XGBoost takes the mean of it."""
    metrics = _under_way.get()
    if metrics is not None:  # else it belongs to a call that is not recorded by itself
        lines: list[str] = call.given[0][1]
        iteration = int(lines[0].split(maxsplit=1)[0].strip("[]"))
        scores = {
            fold_name(fold, name): score
            for fold, line in enumerate(lines)
            for name, score in scores_of(line)
        }
        metrics.rounds.log(iteration, scores)
    yield


CROSS_VALIDATION_PATCHES = (
    Patch("xgboost:cv", _cross_validate),
    Patch("xgboost.training:cv", _cross_validate),
    # the only place that has the metrics of the single folds, and not part of the public interface
    *(
        [Patch("xgboost.callback:_aggcv", _log_folds, "attached")]
        if hasattr(callback, "_aggcv")
        else ()
    ),
)
"""Patches of the function that cross-validates, wherever it can be called from."""
