"""Training metrics: how well a fitted estimator does on the very data that it was fitted on."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.affordable import affordable_rows
from autolog.capture.evaluation import Evaluation
from autolog.capture.isolation import isolated
from autolog.capture.rows import as_rows, count_rows, first_rows, has_rows, read_only
from autolog.errors import ModelFailed
from autolog.guard import guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autolog.capture.plots.plot import Plot

PREFIX = "training_"
"""What the names of training metrics begin with."""

_COPY_PARAMS = frozenset({"copy", "copy_X", "copy_x"})

Report = Callable[[str, Exception], None]
"""Takes what failed and its error, as `guard` gives them."""


class TrainingMetrics(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        metrics: Values by name, each name beginning with `training_`.
        sampled_rows: The number of rows that they were computed on, where all would have taken too
            long.
        plots: What the same predictions look like, if plots were asked for.
        answer: The first rows of what `predict` gave for all the rows, if it was asked.
        missing: What could not be found, and why.
    """

    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    sampled_rows: int | None = None
    plots: tuple[Plot, ...] = ()
    answer: Any = None
    missing: str | None = None


def training_metrics(
    estimator: Any,
    inputs: Any,
    targets: Any,
    sample_weight: Any = None,
    *,
    pos_label: object | None = None,
    fit_seconds: float = 0.0,
    report: Report | None = None,
    plots: bool = False,
) -> TrainingMetrics:
    """Metrics of a fitted estimator on its training data, under MLflow's names.

    Classifiers have accuracy, precision, recall, F1, log loss and ROC AUC; regressors have squared
    and absolute errors and R²; whatever has a `score` has that. The model is left as it was, and
    so are random generators and the data. A metric that is not defined for the data is left out.
    There is nothing to ask of an estimator that overwrites its input; see `overwrites_input`.

    Args:
        estimator: The fitted estimator.
        inputs: What it was fitted on.
        targets: What it was to predict; without it there are no metrics.
        sample_weight: The weights of the samples, if the fit was given any.
        pos_label: The class whose precision, recall and F1 are meant, where there are two.
        fit_seconds: What the fit took. Predicting on all rows may take as long, or a second; where
            it would take longer, fewer rows have to do.
        report: Called when a metric cannot be computed; the others are computed nevertheless.
        plots: Whether the plots of the predictions are wanted too.
    """
    subject = f"computing the training metrics of {type(estimator).__name__}"
    with guard(subject, report):
        inputs, targets = as_rows(inputs), as_rows(targets)
        if not has_rows(inputs) or targets is None:
            return TrainingMetrics()
        given = (read_only(inputs), read_only(targets), as_rows(sample_weight), pos_label)
        with isolated(estimator):
            return _computed(Evaluation(estimator, *given), fit_seconds, subject, report, plots)
    return TrainingMetrics()


def _computed(
    whole: Evaluation,
    fit_seconds: float,
    subject: str,
    report: Report | None,
    plots: bool,
) -> TrainingMetrics:
    data, rows, drawable = whole, None, []
    with _noted(whole.missing):
        rows = affordable_rows(whole, count_rows(whole.inputs), fit_seconds)
    if rows is not None:
        data = data.on_rows(rows)
    data = data.on_known_rows()
    if data.has_weight:
        _fill(data, subject, report)
        drawable = _plots(data, report) if plots else []
    found = {
        f"{PREFIX}{name}": value for name, value in data.metrics.items() if not math.isnan(value)
    }
    return TrainingMetrics(
        found,
        None if rows is None else len(rows),
        tuple(drawable),
        first_rows(data.answers[0]) if data is whole and data.answers else None,
        "; ".join(dict.fromkeys(data.missing)) or None,
    )


@contextmanager
def _noted(missing: list[str]) -> Iterator[None]:
    """A block that asks the model: where that fails, the reason is noted, and all goes on."""
    try:
        yield
    except ModelFailed as failure:
        missing.append(str(failure))


def _fill(data: Evaluation, subject: str, report: Report | None) -> None:
    import numpy as np

    with np.errstate(all="ignore"):
        for add in (data.add_prediction_metrics, data.add_score):
            with guard(subject, report), _noted(data.missing):
                add()


def _plots(data: Evaluation, report: Report | None) -> list[Plot]:
    import numpy as np

    found: list[Plot] = []
    subject = f"plotting the predictions of {type(data.estimator).__name__}"
    with np.errstate(all="ignore"):
        for make in data.plotting:
            with guard(subject, report), _noted(data.missing):
                found += make()
    return found


def overwrites_input(params: Mapping[str, object]) -> bool:
    """Whether fitting spoils the data, and predicting on them does, because the user allowed it.

    Args:
        params: The params of an estimator and of those within it; `copy_X=False` allows it.
    """
    return any(
        value is False and name.rpartition("__")[2] in _COPY_PARAMS
        for name, value in params.items()
    )
