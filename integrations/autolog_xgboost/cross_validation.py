"""`xgboost.cv`: each call is a run, with the metrics of each round over all folds and in each."""

from __future__ import annotations

from xgboost import DMatrix, callback

from autolog.capture.boosting.metric_names import fold_name
from autolog.capture.boosting.plain_params import plain_params
from autolog.capture.boosting.rounds import Rounds
from autolog.capture.effort import Effort
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_xgboost.matrices import log_train_matrix
from autolog_xgboost.round_metrics import scores_of
from autolog_xgboost.training import log_stopping, training_params, watch


def _cross_validate(call: Call, run: Run) -> HookSteps:
    with guard("reading the params of XGBoost", run.note_failure):
        folds = call.get("folds")
        own = {} if folds is None else plain_params({"folds": folds})  # a splitter has a text
        run.log_params({**training_params(call), **own})
    matrix = call.get("dtrain")
    if isinstance(matrix, DMatrix):
        with guard("looking at the training data", run.note_failure):
            log_train_matrix(run, matrix)
    rounds = Rounds(run)
    metrics = watch(call, rounds)
    effort = Effort()
    try:
        yield
    finally:
        metrics.finish()
    run.log_metrics(effort.metrics())
    log_stopping(call, rounds, metrics)


def _log_folds(call: Call, run: Run) -> HookSteps:
    """Reads what the folds say of a round, before XGBoost takes the mean of it."""
    lines: list[str] = call.given[0][1]
    yield
    for fold, line in enumerate(lines):
        step = int(line.split(maxsplit=1)[0].strip("[]"))
        scores = {fold_name(fold, name): score for name, score in scores_of(line)}
        run.log_metrics(scores, step)


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
