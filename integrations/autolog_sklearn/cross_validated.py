"""What the functions for cross-validation returned, as metrics, tables and plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier, is_regressor

from autolog.capture.classification import are_comparable, confusion_of, label_metrics
from autolog.capture.plots.scores import score_plots
from autolog.capture.regression import regression_metrics
from autolog_sklearn.csv_table import csv_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from autolog.integration import Call, Run

_PREDICTION_PREFIX = "cross_val_"


def log_fold_scores(_call: Call, run: Run, result: Any) -> None:
    """Logs what `cross_validate` and `cross_val_score` gave, fold by fold."""
    columns = result if isinstance(result, Mapping) else {"test_score": result}
    _log_by_step(run, {name: _numbers(values) for name, values in columns.items()})


def log_permutation_scores(_call: Call, run: Run, result: Any) -> None:
    """Logs what `permutation_test_score` gave."""
    score, permutation_scores, p_value = result
    run.log_metrics({"score": float(score), "p_value": float(p_value)})
    _log_by_step(run, {"permutation_score": _numbers(permutation_scores)})


def log_predictions(call: Call, run: Run, result: Any) -> None:
    """Logs how good predictions are that were made for rows not fitted on."""
    truth = call.get("y")
    if truth is None or call.get("method") != "predict":
        return
    predicted = np.asarray(result)
    if predicted.ndim != 1:
        return
    estimator, truth = call.get("estimator"), np.asarray(truth).ravel()
    metrics: Mapping[str, float] = {}
    if is_classifier(estimator) and are_comparable(truth, predicted):
        metrics = label_metrics(confusion_of(truth, predicted), call.options.pos_label)
    elif is_regressor(estimator):
        metrics = regression_metrics(truth, predicted)
    run.log_metrics({f"{_PREDICTION_PREFIX}{name}": value for name, value in metrics.items()})


def log_learning_curve(_call: Call, run: Run, result: Any) -> None:
    """Logs what `learning_curve` gave: a step for each number of samples."""
    sizes, train, test, *times = result
    tables = {"train_score": train, "test_score": test}
    tables.update(zip(("fit_time", "score_time"), times, strict=False))
    _log_curve(run, "learning_curve", "train_size", sizes.tolist(), tables, steps=sizes.tolist())


def log_validation_curve(call: Call, run: Run, result: Any) -> None:
    """Logs what `validation_curve` gave: a step for each value of the param."""
    train, test = result
    tables = {"train_score": train, "test_score": test}
    name, values = call.get("param_name"), list(call.get("param_range"))
    _log_curve(run, "validation_curve", name, values, tables, steps=range(len(values)))


def _log_curve(
    run: Run,
    name: str,
    over: str,
    values: Sequence[Any],
    tables: Mapping[str, NDArray[Any]],
    *,
    steps: Iterable[int],
) -> None:
    """Logs tables that have a row for each value, and a column for each fold."""
    points = {}
    for metric, table in tables.items():
        points[f"mean_{metric}"] = table.mean(axis=1)
        points[f"std_{metric}"] = table.std(axis=1)
    for step, row in zip(steps, _rows(points), strict=True):
        run.log_point(row, step)
    splits = {
        f"split{number}_{metric}": scores
        for metric, table in tables.items()
        for number, scores in enumerate(table.T)
    }
    run.log_text(f"{name}.csv", csv_source({over: values, **splits, **points}, run.redactor))
    run.log_plots(
        score_plots(name, over, values, train=tables["train_score"], test=tables["test_score"])
    )


def _log_by_step(run: Run, columns: Mapping[str, NDArray[Any] | None]) -> None:
    """Logs the numbers of each step, and their mean and standard deviation over all."""
    numbers = {name: values for name, values in columns.items() if values is not None}
    for step, row in enumerate(_rows(numbers)):
        run.log_point(row, step)
    for name, values in numbers.items():
        run.log_metrics({f"mean_{name}": values.mean(), f"std_{name}": values.std()})


def _rows(columns: Mapping[str, NDArray[Any]]) -> Iterable[dict[str, float]]:
    for row in zip(*(values.tolist() for values in columns.values()), strict=True):
        yield dict(zip(columns, row, strict=True))


def _numbers(values: Any) -> NDArray[Any] | None:
    """One number for each fold; not fitted estimators, nor the indices of rows."""
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "fiu":
        return values if len(values) else None
    return None
