"""What is recorded of any estimator that is fitted as those of scikit-learn are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.asking import ask
from autolog.capture.metrics import training_metrics
from autolog.errors import ModelFailed

if TYPE_CHECKING:
    from autolog.capture.training_run import TrainingRun

NAME_TAG = "estimator_name"
CLASS_TAG = "estimator_class"
SAMPLED_TAG = "training_metrics_sampled_rows"
"""The tag that says on how many rows the training metrics were computed, if not on all."""

MISSING_TAG = "autolog.training_metrics_missing"
"""The tag that says which training metrics there are not, and why."""


def estimator_tags(estimator: object) -> dict[str, str]:
    """The name of an estimator's class, alone and with its module."""
    kind = type(estimator)
    return {NAME_TAG: kind.__name__, CLASS_TAG: f"{kind.__module__}.{kind.__name__}"}


def answer_of(model: Any, method: str, *arguments: Any, run: TrainingRun) -> Any:
    """What a model answers about its training data; `None`, with a tag, where it fails.

    Args:
        model: The fitted model.
        method: The name of one of its methods.
        *arguments: What the method is given.
        run: The run of the fit, which is told of a failure.
    """
    try:
        return ask(model, method, *arguments)
    except ModelFailed as failure:
        run.set_tags({MISSING_TAG: str(failure)})
        return None


def log_training_metrics(
    run: TrainingRun,
    estimator: Any,
    inputs: Any,
    targets: Any,
    sample_weight: Any = None,
    *,
    fit_seconds: float,
    pos_label: object | None = None,
) -> Any:
    """Records how well a fitted estimator does on its training data; see `training_metrics`.

    Args:
        run: The run of the fit.
        estimator: The fitted estimator.
        inputs: What it was fitted on.
        targets: What it was to predict.
        sample_weight: The weights of the samples, if the fit was given any.
        fit_seconds: What the fit took.
        pos_label: The class whose precision, recall and F1 are meant, where there are two.

    Returns:
        What the estimator predicted for the first rows, if it was asked about all.
    """
    found = training_metrics(
        estimator,
        inputs,
        targets,
        sample_weight,
        pos_label=pos_label,
        fit_seconds=fit_seconds,
        report=run.note_failure,
        plots=run.wants_plots,
    )
    if found.metrics:
        run.log_metrics(found.metrics)
    if found.sampled_rows is not None:
        run.set_tags({SAMPLED_TAG: found.sampled_rows})
    if found.missing is not None:
        run.set_tags({MISSING_TAG: found.missing})
    run.log_plots(found.plots)
    return found.answer
