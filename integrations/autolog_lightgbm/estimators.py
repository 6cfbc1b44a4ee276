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
    estimator, rows = call.instance, None
    kind = type(estimator).__name__
    run.set_tags(estimator_tags(estimator))
    with training() as current:
        with guard(f"reading the params of {kind}", run.note_failure):
            current.hold_params(_params(call))
        inputs, targets = call.get("X"), call.get("y")
        with guard("looking at the training data", run.note_failure):
            run.log_dataset(inputs, targets)
            rows = first_rows(inputs)
        # the others have metrics of predictions
        has_own_metrics = not isinstance(estimator, LGBMClassifier | LGBMRegressor)
        current.evaluates_itself = call.options.training_metrics and has_own_metrics
        effort = Effort()
        try:
            yield
        finally:
            current.log_params(run, {})  # those of a fit that failed before it trained
        taken = effort.metrics()
        run.follow(estimator)
        is_known = rows is not None  # Dask's collections, for one, are not asked about
        if call.options.training_metrics and is_known and not current.is_evaluated:
            log_training_metrics(
                run,
                silent(estimator),
                inputs,
                targets,
                call.get("sample_weight"),
                fit_seconds=taken[FIT_SECONDS],
                pos_label=call.options.pos_label,
            )
        run.log_metrics(taken)
        text = current.text_of(estimator.booster_)
        flavor = LightGBMFlavor().configured(call.options).with_text(text)
        run.log_model(estimator, flavor, inputs=rows)


def _params(call: Call) -> Mapping[str, Any]:
    given = {name: call.get(name) for name in _FIT_PARAMS}
    return plain_params({**estimator_params(call.instance), **given})


ESTIMATOR_PATCHES = (Patch("lightgbm.sklearn:LGBMModel.fit+", record_fit),)
"""Patches of the fits of all estimators."""
