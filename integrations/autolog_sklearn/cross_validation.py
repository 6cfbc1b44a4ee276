"""scikit-learn's functions for cross-validation: each call is a run."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags
from autolog_sklearn.cross_validated import (
    log_fold_scores,
    log_learning_curve,
    log_permutation_scores,
    log_predictions,
    log_validation_curve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autolog.integration import Call, HookSteps, Run

_DATA = frozenset({"X", "y", "estimator", "fit_params", "groups", "params"})
"""Arguments that are no params of the run: data, and what has params of its own."""

LOGGED_BY: Mapping[str, Callable[[Call, Run, Any], None]] = {
    "cross_val_predict": log_predictions,
    "cross_val_score": log_fold_scores,
    "cross_validate": log_fold_scores,
    "learning_curve": log_learning_curve,
    "permutation_test_score": log_permutation_scores,
    "validation_curve": log_validation_curve,
}


def cross_validate(call: Call, run: Run) -> HookSteps:
    """The hook around one call of such a function."""
    estimator = call.get("estimator")
    run.set_tags(estimator_tags(estimator))
    run.log_params(_params(call, run, estimator))
    run.log_dataset(call.get("X"), call.get("y"))
    result = yield
    log_result = LOGGED_BY.get(call.function.__name__)
    if log_result is not None:
        log_result(call, run, result)


def _params(call: Call, run: Run, estimator: Any) -> dict[str, object]:
    """How it is validated, and the estimator's params under the names of a search's params."""
    names = inspect.signature(call.function).parameters
    own = {name: call.get(name) for name in names if name not in _DATA}
    inner: Mapping[str, object] = {}
    if hasattr(estimator, "get_params"):
        inner = estimator_params(estimator, note=run.set_tags)
    return {**own, **{f"estimator__{name}": value for name, value in inner.items()}}
