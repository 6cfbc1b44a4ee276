"""scikit-learn's functions for cross-validation: each call is a run."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags
from autolog.integration import Call, HookSteps, Patch, Run
from autolog_sklearn.cross_validated import (
    log_fold_scores,
    log_learning_curve,
    log_permutation_scores,
    log_predictions,
    log_validation_curve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DATA = frozenset({"X", "y", "estimator", "fit_params", "groups", "params"})
"""Arguments that are no params of the run: data, and what has params of its own."""

_LOGGED_BY: Mapping[str, Callable[[Call, Run, Any], None]] = {
    "cross_val_predict": log_predictions,
    "cross_val_score": log_fold_scores,
    "cross_validate": log_fold_scores,
    "learning_curve": log_learning_curve,
    "permutation_test_score": log_permutation_scores,
    "validation_curve": log_validation_curve,
}


def _is_wanted(call: Call) -> bool:
    wanted: bool = call.options.cross_validation
    return wanted


def _cross_validate(call: Call, run: Run) -> HookSteps:
    estimator = call.get("estimator")
    run.set_tags(estimator_tags(estimator))
    run.log_params(_params(call, run, estimator))
    run.log_dataset(call.get("X"), call.get("y"))
    result = yield
    log_result = _LOGGED_BY.get(call.function.__name__)
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


CROSS_VALIDATION_PATCHES = (
    # Every function that the module names.
    Patch("sklearn.model_selection._validation:*", _cross_validate, when=_is_wanted),
)

CROSS_VALIDATION_RECORDS: tuple[tuple[str, str], ...] = (
    (
        "cross-validation",
        f"each call of {', '.join(_LOGGED_BY)} is a run",
    ),
    ("params of cross-validation", "cv, scoring, ..., estimator__<param>"),
    (
        "metrics of cross-validation",
        "test_score, train_score, fit_time, score_time, each also as mean_... and std_...",
    ),
    (
        "other metrics of cross-validation",
        "cross_val_... of predictions, score, p_value and permutation_score of permutations",
    ),
    ("curves of cross-validation", "learning_curve, validation_curve: .csv, .json, .png"),
)
"""What is recorded of cross-validation, for the documentation."""
