"""XGBoost's scikit-learn API: each outermost fit is a run, with the training that it makes."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from xgboost import XGBClassifier, XGBModel, XGBRegressor

from autolog.capture.boosting.plain_params import plain_params
from autolog.capture.effort import FIT_SECONDS, Effort
from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags, log_training_metrics
from autolog.capture.rows import first_rows
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_xgboost.flavor import XGBoostFlavor
from autolog_xgboost.native import evaluates_at_no_cost, log_trained
from autolog_xgboost.training import evaluation_sets, training_params, watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgboost import Booster

_EVALUATED_NAME = "validation_{}"
"""What XGBoost calls the sets that it evaluates on."""


class _Fit:
    """A fit that is under way.

    Args:
        estimator: What is fitted.
        run: Its run.
    """

    def __init__(self, estimator: XGBModel, run: Run) -> None:
        # the others have metrics of predictions
        self.is_evaluated_natively = not isinstance(estimator, XGBClassifier | XGBRegressor)
        self._run = run
        self._params: dict[str, Any] | None = None
        with guard(f"reading the params of {type(estimator).__name__}", run.note_failure):
            params = estimator_params(estimator, note=run.set_tags)
            self._params = plain_params({n: params[n] for n in params if n != "callbacks"})

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Records the estimator's params together with those that training has; only once."""
        if self._params is not None:
            self._run.log_params({**self._params, **params})
            self._params = None


_under_way: ContextVar[_Fit | None] = ContextVar("autolog_xgboost_fit", default=None)


def _fit(call: Call, run: Run) -> HookSteps:
    estimator, inputs, targets = call.instance, call.get("X"), call.get("y")
    run.set_tags(estimator_tags(estimator))
    evaluated = evaluation_sets(call, "eval_set")
    rows: Any = None
    with guard("looking at the training data", run.note_failure):
        rows = first_rows(inputs)
        run.log_dataset(inputs, targets)
        for number, (data, truth) in enumerate(evaluated):
            run.log_dataset(data, truth, name=_EVALUATED_NAME.format(number), context="eval")
    fit = _Fit(estimator, run)
    token = _under_way.set(fit)
    effort = Effort()
    try:
        yield
    finally:
        _under_way.reset(token)
        fit.log_params({})  # those of a fit that failed before any training
    taken = effort.metrics()
    run.log_metrics(taken)
    run.follow(estimator)
    is_known = rows is not None and not fit.is_evaluated_natively
    outputs = None
    if call.options.training_metrics and is_known and not call.get("eval_set"):
        outputs = log_training_metrics(
            run,
            estimator,
            inputs,
            targets,
            call.get("sample_weight"),
            fit_seconds=taken[FIT_SECONDS],
            pos_label=call.options.pos_label,
        )
    flavor = XGBoostFlavor().configured(call.options)
    run.log_model(estimator, flavor, inputs=rows, outputs=outputs)


def _train(call: Call, run: Run) -> HookSteps:
    fit = _under_way.get()
    if fit is not None:
        with guard("reading the params of XGBoost", run.note_failure):
            fit.log_params(training_params(call))
    is_evaluated = fit is not None and fit.is_evaluated_natively and evaluates_at_no_cost(call)
    metrics = watch(call, run, call.get("dtrain") if is_evaluated else None)
    try:
        booster: Booster = yield
    finally:
        metrics.finish()
    log_trained(call, run, metrics, booster)


ESTIMATOR_PATCHES = (
    Patch("xgboost.sklearn:XGBModel.fit+", _fit),
    Patch("xgboost.sklearn:train", _train, run="attached"),
)
"""Patches of the fits of estimators, and of the function that they train by."""
