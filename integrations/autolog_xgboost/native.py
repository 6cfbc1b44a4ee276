"""`xgboost.train`: each call is a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgboost import DMatrix

from autolog.capture.effort import Effort
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_xgboost.flavor import XGBoostFlavor
from autolog_xgboost.matrices import UsedMatrices, first_rows_of, read_like
from autolog_xgboost.training import (
    booster_params,
    evaluation_sets,
    log_importances,
    log_stopping,
    training_params,
    watch,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgboost import Booster

    from autolog_xgboost.round_metrics import RoundMetrics

_DROPPING = frozenset({"one_drop", "rate_drop", "skip_drop"})
"""The params that drop trees, in newer versions of XGBoost with any booster."""


def _train(call: Call, run: Run) -> HookSteps:
    matrix = call.get("dtrain")
    with guard("reading the params of XGBoost", run.note_failure):
        run.log_params(training_params(call))
    rows: Any = None
    arguments: Mapping[str, Any] = {}
    if isinstance(matrix, DMatrix):
        with guard("looking at the training data", run.note_failure):
            _log_matrices(call, run, matrix)
            rows, arguments = first_rows_of(matrix), read_like(matrix)
    metrics = watch(call, run, matrix if evaluates_at_no_cost(call) else None)
    effort = Effort()
    try:
        booster: Booster = yield
    finally:
        metrics.finish()
    run.log_metrics(effort.metrics())
    log_trained(call, run, metrics, booster)
    flavor = XGBoostFlavor().configured(call.options).for_rows(arguments)
    run.log_model(booster, flavor, inputs=rows)


def _log_matrices(call: Call, run: Run, train_matrix: DMatrix) -> None:
    used = UsedMatrices(run)
    used.log_train_matrix(train_matrix)
    for evaluated, name in evaluation_sets(call, "evals"):
        if isinstance(evaluated, DMatrix):
            used.log(evaluated, str(name), "eval")


def evaluates_at_no_cost(call: Call) -> bool:
    """Whether the training data can be evaluated on after the training without predicting anew.

    Where trees are dropped, all are weighed anew in each round, so that nothing is in XGBoost's
    cache. With an objective of the user's, XGBoost's default metric would say nothing.
    """
    params = booster_params(call)
    has_metric = not callable(call.get("obj")) or "eval_metric" in params
    drops_trees = params.get("booster") == "dart" or not _DROPPING.isdisjoint(params)
    return call.options.training_metrics and has_metric and not drops_trees


def log_trained(call: Call, run: Run, metrics: RoundMetrics, booster: Booster) -> None:
    """Records what a training has led to, besides the model."""
    with guard("looking at when XGBoost has stopped", run.note_failure):
        log_stopping(call, metrics)
    with guard("reading the importance of features", run.note_failure):
        log_importances(run, booster, call.options.importance_types)


TRAIN_PATCHES = (
    Patch("xgboost:train", _train),
    Patch("xgboost.training:train", _train),
)
"""Patches of the function that trains a booster, wherever it can be called from."""
