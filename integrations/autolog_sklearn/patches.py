"""scikit-learn: each outermost fit of an estimator, by whatever method, is a run."""

from __future__ import annotations

import time
from typing import Any

from sklearn.base import BaseEstimator

from autolog.capture.classification import LABEL_METRICS, PROBABILITY_METRICS
from autolog.capture.metrics import PREFIX, overwrites_input, training_metrics
from autolog.capture.plots.classification import CLASSIFICATION_PLOTS
from autolog.capture.plots.regression import REGRESSION_PLOTS
from autolog.capture.regression import REGRESSION_METRICS
from autolog.capture.rows import first_rows
from autolog.integration import Call, HookSteps, Integration, Patch, Run, guard
from autolog_sklearn.flavor import SklearnFlavor
from autolog_sklearn.models import is_model
from autolog_sklearn.options import Options
from autolog_sklearn.page import page_source

_NAME_TAG = "estimator_name"
_CLASS_TAG = "estimator_class"
_PAGE = "estimator.html"
_SAMPLED_TAG = "training_metrics_sampled_rows"


def _fits_a_model(call: Call) -> bool:
    # a static or a class method has no estimator that it could fit
    return isinstance(call.instance, BaseEstimator) and is_model(type(call.instance))


def _fit(call: Call, run: Run) -> HookSteps:
    estimator = call.instance
    kind = type(estimator)
    run.set_tags({_NAME_TAG: kind.__name__, _CLASS_TAG: f"{kind.__module__}.{kind.__name__}"})
    with guard(f"reading the params of {kind.__name__}", run.note_failure):
        run.log_params(estimator.get_params(deep=True))
    inputs, targets = call.get("X"), _targets(call)
    with guard("looking at the training data", run.note_failure):
        run.log_dataset(inputs, targets, overwritten=overwrites_input(estimator))
        inputs = first_rows(inputs)  # the fit may overwrite them
    started = time.perf_counter()
    yield
    if call.options.training_metrics:
        _log_training_metrics(call, run, time.perf_counter() - started)
    run.log_model(estimator, SklearnFlavor().configured(call.options), inputs=inputs)
    run.log_page(_PAGE, page_source(estimator, run.redactor))


def _log_training_metrics(call: Call, run: Run, fit_seconds: float) -> None:
    found = training_metrics(
        call.instance,
        call.get("X"),
        _targets(call),
        call.get("sample_weight"),
        pos_label=call.options.pos_label,
        fit_seconds=fit_seconds,
        report=run.note_failure,
        plots=run.wants_plots,
    )
    if found.metrics:
        run.log_metrics(found.metrics)
    if found.sampled_rows is not None:
        run.set_tags({_SAMPLED_TAG: found.sampled_rows})
    run.log_plots(found.plots)


def _targets(call: Call) -> Any:
    """What the estimator learns to predict; cross decomposition used to call it `Y`."""
    targets = call.get("y")
    return call.get("Y") if targets is None else targets


def _with_prefix(names: tuple[str, ...]) -> str:
    return ", ".join(f"{PREFIX}{name}" for name in names)


def _as_pictures(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}.png" for name in names)


RECORDS: tuple[tuple[str, str], ...] = (
    ("params", "get_params(deep=True)"),
    ("metrics of classifiers", _with_prefix(LABEL_METRICS + PROBABILITY_METRICS)),
    ("metrics of regressors", _with_prefix(REGRESSION_METRICS)),
    ("metrics of anything with a score", _with_prefix(("score",))),
    ("model", "`model`: the fitted estimator in MLflow's MLmodel format, with signature"),
    ("data set", "name, schema, shape, digest over all rows, summary of each column"),
    ("plots of classifiers", _as_pictures(CLASSIFICATION_PLOTS)),
    ("plots of regressors", _as_pictures(REGRESSION_PLOTS)),
    ("page", f"{_PAGE}: the estimator with its params and what it has learnt"),
    ("tags", f"{_NAME_TAG}, {_CLASS_TAG}, {_SAMPLED_TAG}"),
)
"""What is recorded, for the documentation."""

integration = Integration(
    patches=tuple(
        Patch(f"sklearn.base:BaseEstimator.{method}+", _fit, when=_fits_a_model)
        for method in ("fit", "fit_transform", "fit_predict")
    ),
    options=Options,
    records=RECORDS,
    flavors=(SklearnFlavor(),),
)
