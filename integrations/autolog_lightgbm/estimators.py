"""The scikit-learn interface: what is recorded of a fit of `LGBMClassifier` and the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightgbm import LGBMClassifier, LGBMRegressor

from autolog.capture.boosting.plain_params import plain_params
from autolog.capture.effort import FIT_SECONDS, Effort
from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags, log_training_metrics
from autolog.capture.rows import first_rows
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_lightgbm.asking import silent
from autolog_lightgbm.flavor import LightGBMFlavor
from autolog_lightgbm.trainings import training

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIT_PARAMS = ("categorical_feature",)
"""Arguments of a fit that are params, and do not become params of its training."""


def record_fit(call: Call, run: Run) -> HookSteps:
    """The hook around the `fit` of an estimator; that around its `train` records the rounds."""
    estimator, wants_metrics = call.instance, call.options.training_metrics
    run.set_tags(estimator_tags(estimator))
    with training() as current:
        with guard(f"reading the params of {type(estimator).__name__}", run.note_failure):
            current.hold_params(_params(call))
        rows = _look_at_data(call, run)
        # the others have metrics of predictions
        has_own_metrics = not isinstance(estimator, LGBMClassifier | LGBMRegressor)
        current.evaluates_itself = wants_metrics and has_own_metrics
        effort = Effort()
        try:
            yield
        finally:
            current.log_params(run, {})  # those of a fit that failed before it trained
        taken = effort.metrics()
        run.log_metrics(taken)
        run.follow(estimator)
        outputs = None
        # data of an unknown kind, such as Dask's collections, are asked nothing about
        if wants_metrics and rows is not None and not current.is_evaluated:
            outputs = _log_training_metrics(call, run, taken[FIT_SECONDS])
        # a class of the user's may have fitted nothing yet
        text = current.text_of(vars(estimator).get("_Booster"))
        flavor = LightGBMFlavor().configured(call.options).with_text(text)
        run.log_model(estimator, flavor, inputs=rows, outputs=outputs)


def _look_at_data(call: Call, run: Run) -> Any:
    """Describes the training data, and gives a few rows of them, if they are of a known kind."""
    inputs = call.get("X")
    with guard("looking at the training data", run.note_failure):
        run.log_dataset(inputs, call.get("y"))
        return first_rows(inputs)
    return None


def _log_training_metrics(call: Call, run: Run, fit_seconds: float) -> Any:
    """Records them, and gives what was predicted for the first rows, if all were looked at."""
    return log_training_metrics(
        run,
        silent(call.instance),
        call.get("X"),
        call.get("y"),
        call.get("sample_weight"),
        fit_seconds=fit_seconds,
        pos_label=call.options.pos_label,
    )


def _params(call: Call) -> Mapping[str, Any]:
    given = {name: call.get(name) for name in _FIT_PARAMS}
    return plain_params({**estimator_params(call.instance), **given})


ESTIMATOR_PATCHES = (Patch("lightgbm.sklearn:LGBMModel.fit+", record_fit),)
"""Patches of the fits of all estimators."""
