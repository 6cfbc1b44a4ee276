"""scikit-learn: each outermost fit of an estimator, by whatever method, is a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator

from autolog.capture.effort import FIT_SECONDS, Effort
from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags, log_training_metrics
from autolog.capture.metrics import overwrites_input
from autolog.capture.params import QUICK_TEXTS
from autolog.capture.rows import as_rows, first_rows
from autolog.integration import Call, HookSteps, Integration, Patch, Run, guard
from autolog_sklearn.clusters import cluster_metrics, silhouette
from autolog_sklearn.curves import log_curves
from autolog_sklearn.fitted_facts import fitted_tags, iterations
from autolog_sklearn.flavor import SklearnFlavor
from autolog_sklearn.learnt_numbers import learnt_numbers
from autolog_sklearn.models import is_model
from autolog_sklearn.monitored_scores import MonitoredScores
from autolog_sklearn.options import Options
from autolog_sklearn.page import PAGE_FILE, page_source
from autolog_sklearn.plain_params import deep_params, plain_params, plain_text
from autolog_sklearn.post_training.patches import POST_TRAINING_PATCHES, follow
from autolog_sklearn.search import SEARCH_PATCHES, following, is_search
from autolog_sklearn.weights import log_weights

if TYPE_CHECKING:
    from collections.abc import Mapping


def _fits_a_model(call: Call) -> bool:
    # a static or a class method has no estimator that it could fit
    return isinstance(call.instance, BaseEstimator) and is_model(type(call.instance))


def _is_cross_validation_wanted(call: Call) -> bool:
    wanted: bool = call.options.cross_validation
    return wanted


def _fit(call: Call, run: Run) -> HookSteps:
    estimator = call.instance
    kind = type(estimator)
    run.set_tags(estimator_tags(estimator))
    overwritten = False
    with guard(f"reading the params of {kind.__name__}", run.note_failure):
        params = deep_params(estimator)
        if params is None:
            params = estimator_params(estimator, note=run.set_tags)
        overwritten = overwrites_input(params)
        if is_search(estimator):  # the params of its estimator are those of its candidates
            params = plain_params(estimator) or estimator_params(estimator, deep=False)
        run.log_params(params)
    inputs, targets = call.get("X"), _targets(call)
    with guard("looking at the training data", run.note_failure):
        run.log_dataset(inputs, targets, overwritten=overwritten)
        inputs = first_rows(inputs)  # the fit may overwrite them
    effort = Effort()
    monitored = MonitoredScores(run, estimator)
    with following(call, run) as search, monitored:
        result = yield
    taken = effort.metrics()
    with guard(f"following {kind.__name__}", run.note_failure):
        follow(call, run, result)
    outputs = None
    if call.options.training_metrics and not overwritten:
        outputs = _log_training_metrics(call, run, taken[FIT_SECONDS])
    _log_fitted_facts(run, estimator, taken)
    with guard("recording the scores of monitors", run.note_failure):
        monitored.log_rest()
    if call.options.silhouette:
        _log_silhouette(call, run)
    flavor = SklearnFlavor().configured(call.options)
    run.log_model(estimator, flavor, inputs=inputs, outputs=outputs)
    if search is not None:
        # what the steps of a pipeline before a search make of the inputs, nobody has kept
        search.log_results(inputs if is_search(estimator) else None, flavor)
    run.log_page(PAGE_FILE, page_source(estimator, run.redactor))


def _log_fitted_facts(run: Run, estimator: Any, taken: Mapping[str, float]) -> None:
    with guard(f"reading what {type(estimator).__name__} has learnt", run.note_failure):
        learnt = iterations(estimator) | learnt_numbers(estimator) | cluster_metrics(estimator)
        run.log_metrics({**taken, **learnt})
        run.set_tags(fitted_tags(estimator))
        log_curves(run, estimator)
        log_weights(run, estimator)


def _log_silhouette(call: Call, run: Run) -> None:
    estimator = call.instance
    with guard(f"computing the silhouette of {type(estimator).__name__}", run.note_failure):
        if found := silhouette(estimator, as_rows(call.get("X"))):
            run.log_metrics(found)


def _log_training_metrics(call: Call, run: Run, fit_seconds: float) -> Any:
    """Records them, and gives what was predicted for the first rows, if all were looked at."""
    return log_training_metrics(
        run,
        call.instance,
        call.get("X"),
        _targets(call),
        call.get("sample_weight"),
        fit_seconds=fit_seconds,
        pos_label=call.options.pos_label,
    )


def _targets(call: Call) -> Any:
    """What the estimator learns to predict; cross decomposition used to call it `Y`."""
    targets = call.get("y")
    return call.get("Y") if targets is None else targets


QUICK_TEXTS[BaseEstimator.__repr__] = plain_text

integration = Integration(
    patches=(
        *(
            Patch(f"sklearn.base:BaseEstimator.{method}+", _fit, when=_fits_a_model)
            for method in ("fit", "fit_transform", "fit_predict")
        ),
        Patch(
            "sklearn.base:BaseEstimator.partial_fit+",
            "autolog_sklearn.partial_fit:partial_fit",
            run="object",
            when=_fits_a_model,
            finish="autolog_sklearn.partial_fit:keep_model",
        ),
        # Every function that the module names.
        Patch(
            "sklearn.model_selection._validation:*",
            "autolog_sklearn.cross_validation:cross_validate",
            when=_is_cross_validation_wanted,
        ),
        Patch(
            "sklearn.callback._scoring_monitor:ScoringMonitor.on_fit_task_end",
            "autolog_sklearn.monitored_scores:end_task",
            run="attached",
        ),
        *POST_TRAINING_PATCHES,
        *SEARCH_PATCHES,
    ),
    options=Options,
    flavors=(SklearnFlavor(),),
)
