"""The metrics of a classifier of several outputs at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.capture.classification import are_comparable
from autolog.capture.kinds import is_sparse
from autolog.capture.targets import table_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

EXACT_MATCH = "exact_match_ratio"
"""The metric of classes of several kinds at once; what scikit-learn's functions refuse."""


def is_multilabel(targets: Any) -> bool:
    """Whether each row of the targets says of several labels which of them hold.

    Args:
        targets: An array of two axes, or a sparse matrix.
    """
    from sklearn.utils.multiclass import type_of_target

    if targets.dtype.kind == "O":  # perhaps of objects that cannot even be compared
        return False
    return bool(type_of_target(targets) == "multilabel-indicator")


def multilabel_metrics(
    targets: Any, predicted: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """Precision, recall and F1 weighted by the labels' frequency, and accuracy.

    Args:
        targets: One row per sample, one column of 0 and 1 per label; sparse, if need be.
        predicted: What was predicted of them, as `table_of` gives it.
        sample_weight: How much each sample counts; all the same by default.

    Returns:
        The metrics by name, as scikit-learn's functions give them; nothing where something else
        was predicted than labels.
    """
    from sklearn import metrics

    if predicted is None or predicted.shape != targets.shape or not is_multilabel(predicted):
        return {}
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        targets, predicted, average="weighted", zero_division=0.0, sample_weight=sample_weight
    )
    accuracy = metrics.accuracy_score(targets, predicted, sample_weight=sample_weight)
    return {
        "precision_score": float(precision),
        "recall_score": float(recall),
        "f1_score": float(f1),
        "accuracy_score": float(accuracy),
    }


def multilabel_probability_metrics(
    targets: Any, told: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """Loss and area under the ROC curve, where these are defined.

    Args:
        targets: One row per sample, one column of 0 and 1 per label; sparse, if need be.
        told: What `predict_proba` gives: a table, or one for each label.
        sample_weight: How much each sample counts; all the same by default.
    """
    from sklearn import metrics

    probabilities, is_of_each = _probabilities(told)
    if probabilities is None:
        return {}
    found: dict[str, float] = {}
    weighted = {"sample_weight": sample_weight}
    if not is_of_each:
        # as MLflow does, though it is the loss of one class among many
        found |= _if_defined("log_loss", metrics.log_loss, targets, probabilities, **weighted)
    area = partial(metrics.roc_auc_score, average="weighted")
    return found | _if_defined("roc_auc", area, targets, probabilities, **weighted)


def exact_match_ratio(
    targets: Any, predicted: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """The share of the rows that are predicted rightly in every output.

    Args:
        targets: One row per sample, one column per output.
        predicted: What was predicted of them, as `table_of` gives it.
        sample_weight: How much each sample counts; all the same by default.

    Returns:
        The share by its name; nothing where these are not of one shape and kind, or sparse.
    """
    import numpy as np

    if predicted is None or np.shape(targets) != predicted.shape:
        return {}
    if is_sparse(targets) or is_sparse(predicted):
        return {}
    # columns of objects may be of several kinds, each of which is compared on its own
    are_objects = "O" in {targets.dtype.kind, predicted.dtype.kind}
    if not are_objects and not are_comparable(targets.ravel(), predicted.ravel()):
        return {}
    is_right = np.asarray(targets == predicted).all(axis=1)
    return {EXACT_MATCH: float(np.average(is_right, weights=sample_weight))}


def _probabilities(told: Any) -> tuple[NDArray[Any] | None, bool]:
    """The probability of each label, and whether it was told for each label on its own."""
    import numpy as np

    if not isinstance(told, list):
        return table_of(told), False
    of_each = [table_of(one) for one in told]
    if any(one is None or one.shape[1:] != (2,) for one in of_each):  # yes or no
        return None, True
    return np.column_stack([one[:, 1] for one in of_each]), True


def _if_defined(
    name: str, metric: Callable[..., float], *arguments: Any, **named: Any
) -> dict[str, float]:
    try:
        return {name: float(metric(*arguments, **named))}
    except (TypeError, ValueError):
        return {}
