"""scikit-learn: each outermost fit of an estimator, by whatever method, is a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator

from autolog.capture.classification import LABEL_METRICS, PROBABILITY_METRICS
from autolog.capture.effort import EFFORT, FIT_SECONDS, Effort
from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import (
    CLASS_TAG,
    NAME_TAG,
    SAMPLED_TAG,
    estimator_tags,
    log_training_metrics,
)
from autolog.capture.metrics import PREFIX, overwrites_input
from autolog.capture.multilabel import EXACT_MATCH
from autolog.capture.plots.classification import CLASSIFICATION_PLOTS
from autolog.capture.plots.regression import REGRESSION_PLOTS
from autolog.capture.regression import REGRESSION_METRICS
from autolog.capture.rows import as_rows, first_rows
from autolog.integration import Call, HookSteps, Integration, Patch, Run, guard
from autolog_sklearn.clusters import CLUSTER_METRICS, SILHOUETTE, cluster_metrics, silhouette
from autolog_sklearn.cross_validation import CROSS_VALIDATION_PATCHES, CROSS_VALIDATION_RECORDS
from autolog_sklearn.curves import CURVES, log_curves
from autolog_sklearn.fitted_facts import FITTED_TAGS, ITERATIONS, fitted_tags, iterations
from autolog_sklearn.flavor import SklearnFlavor
from autolog_sklearn.learnt_numbers import LEARNT_NUMBERS, learnt_numbers
from autolog_sklearn.models import is_model
from autolog_sklearn.monitored_scores import log_monitored_scores
from autolog_sklearn.options import Options
from autolog_sklearn.page import page_source
from autolog_sklearn.partial_fit import PARTIAL_FIT_PATCHES, PARTIAL_FIT_RECORDS
from autolog_sklearn.post_training.evaluation import CALLS_FILE
from autolog_sklearn.post_training.patches import POST_TRAINING_PATCHES, follow
from autolog_sklearn.search import SEARCH_PATCHES, SEARCH_RECORDS, following, is_search
from autolog_sklearn.weights import WEIGHTS, log_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = "estimator.html"


def _fits_a_model(call: Call) -> bool:
    # a static or a class method has no estimator that it could fit
    return isinstance(call.instance, BaseEstimator) and is_model(type(call.instance))


def _fit(call: Call, run: Run) -> HookSteps:
    estimator = call.instance
    kind = type(estimator)
    run.set_tags(estimator_tags(estimator))
    with guard(f"reading the params of {kind.__name__}", run.note_failure):
        deep = not is_search(estimator)
        run.log_params(estimator_params(estimator, deep=deep, note=run.set_tags))
    inputs, targets = call.get("X"), _targets(call)
    with guard("looking at the training data", run.note_failure):
        run.log_dataset(inputs, targets, overwritten=overwrites_input(estimator))
        inputs = first_rows(inputs)  # the fit may overwrite them
    effort = Effort()
    with following(call, run) as search:
        result = yield
    taken = effort.metrics()
    with guard(f"following {kind.__name__}", run.note_failure):
        follow(call, run, result)
    outputs = None
    if call.options.training_metrics:
        outputs = _log_training_metrics(call, run, taken[FIT_SECONDS])
    _log_fitted_facts(run, estimator, taken)
    if call.options.silhouette:
        _log_silhouette(call, run)
    flavor = SklearnFlavor().configured(call.options)
    run.log_model(estimator, flavor, inputs=inputs, outputs=outputs)
    if search is not None:
        # what the steps of a pipeline before a search make of the inputs, nobody has kept
        search.log_results(inputs if is_search(estimator) else None, flavor)
    run.log_page(_PAGE, page_source(estimator, run.redactor))


def _log_fitted_facts(run: Run, estimator: Any, taken: Mapping[str, float]) -> None:
    with guard(f"reading what {type(estimator).__name__} has learnt", run.note_failure):
        learnt = iterations(estimator) | learnt_numbers(estimator) | cluster_metrics(estimator)
        run.log_metrics({**taken, **learnt})
        run.set_tags(fitted_tags(estimator))
        log_curves(run, estimator)
        log_monitored_scores(run, estimator)
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


def _with_prefix(names: tuple[str, ...]) -> str:
    return ", ".join(f"{PREFIX}{name}" for name in names)


def _as_pictures(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}.png" for name in names)


RECORDS: tuple[tuple[str, str], ...] = (
    ("params", "get_params(deep=True)"),
    ("metrics of classifiers", _with_prefix(LABEL_METRICS + PROBABILITY_METRICS)),
    ("metrics of regressors", _with_prefix(REGRESSION_METRICS)),
    ("metrics of several classes at once", _with_prefix((EXACT_MATCH,))),
    ("metrics of clusterings", ", ".join((*CLUSTER_METRICS, f"{SILHOUETTE} (`silhouette=True`)"))),
    ("numbers that were learnt", ", ".join(name.removesuffix("_") for name in LEARNT_NUMBERS)),
    ("metrics of anything with a score", _with_prefix(("score",))),
    (
        "metrics after the fit",
        "`<function>[-<n>]_<data set>` of metric functions, scorers and `<class>_score`",
    ),
    ("calls of metrics", f"{CALLS_FILE}: the call behind each metric after the fit"),
    ("model", "`model`: the fitted estimator in MLflow's MLmodel format, with signature"),
    ("data set", "name, schema, shape, digest over all rows, summary of each column"),
    ("plots of classifiers", _as_pictures(CLASSIFICATION_PLOTS)),
    ("plots of regressors", _as_pictures(REGRESSION_PLOTS)),
    ("page", f"{_PAGE}: the estimator with its params and what it has learnt"),
    ("metrics of every fit", f"{', '.join(EFFORT)} (the process's peak so far), {ITERATIONS}"),
    ("learning curves", ", ".join(dict.fromkeys(curve.metric for curve in CURVES))),
    ("scores of a `ScoringMonitor`", "under the names of its scorers, by iteration"),
    ("weights of features", ", ".join(f"{name}.csv, {name}.png" for name in WEIGHTS.values())),
    *PARTIAL_FIT_RECORDS,
    ("tags", f"{NAME_TAG}, {CLASS_TAG}, {SAMPLED_TAG}, {', '.join(FITTED_TAGS)}"),
    ("tags of warnings", "`warnings.<category>`: what the fit warned of, and how often"),
    *SEARCH_RECORDS,
    *CROSS_VALIDATION_RECORDS,
)
"""What is recorded, for the documentation."""

integration = Integration(
    patches=(
        *(
            Patch(f"sklearn.base:BaseEstimator.{method}+", _fit, when=_fits_a_model)
            for method in ("fit", "fit_transform", "fit_predict")
        ),
        *PARTIAL_FIT_PATCHES,
        *POST_TRAINING_PATCHES,
        *SEARCH_PATCHES,
        *CROSS_VALIDATION_PATCHES,
    ),
    options=Options,
    records=RECORDS,
    flavors=(SklearnFlavor(),),
)
