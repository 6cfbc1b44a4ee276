"""The metrics of a classifier of several outputs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    classifier: Any, inputs: Any, targets: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """Precision, recall and F1 weighted by the labels' frequency, accuracy, loss and area.

    Args:
        classifier: A fitted classifier.
        inputs: The rows.
        targets: One row per sample, one column of 0 and 1 per label; sparse, if need be.
        sample_weight: How much each sample counts; all the same by default.

    Returns:
        The metrics by name, as scikit-learn's functions give them; nothing where something else is
        predicted than labels, and no loss or area where these are not defined.
    """
    from sklearn import metrics

    predicted = classifier.predict(inputs)
    if not is_multilabel(predicted) or predicted.shape != targets.shape:
        return {}
    weighted = {"sample_weight": sample_weight}
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        targets, predicted, average="weighted", zero_division=0.0, **weighted
    )
    found = {
        "precision_score": float(precision),
        "recall_score": float(recall),
        "f1_score": float(f1),
        "accuracy_score": float(metrics.accuracy_score(targets, predicted, **weighted)),
    }
    probabilities, is_of_each = _probabilities(classifier, inputs)
    if probabilities is not None:
        if not is_of_each:
            # as MLflow does, though it is the loss of one class among many
            found |= _if_defined("log_loss", metrics.log_loss, targets, probabilities, **weighted)
        found |= _if_defined(
            "roc_auc",
            metrics.roc_auc_score,
            targets,
            probabilities,
            average="weighted",
            **weighted,
        )
    return found


def exact_match_ratio(
    targets: Any, predicted: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """The share of the rows that are predicted rightly in every output.

    Args:
        targets: One row per sample, one column per output.
        predicted: What was predicted of them.
        sample_weight: How much each sample counts; all the same by default.

    Returns:
        The share by its name; nothing where the shapes do not fit.
    """
    import numpy as np

    predicted = np.asarray(predicted)
    if np.shape(targets) != predicted.shape:
        return {}
    is_right = np.asarray(targets == predicted).all(axis=1)
    return {EXACT_MATCH: float(np.average(is_right, weights=sample_weight))}


def _probabilities(classifier: Any, inputs: Any) -> tuple[NDArray[Any] | None, bool]:
    """The probability of each label, and whether it was told for each label on its own."""
    import numpy as np

    if not hasattr(classifier, "predict_proba"):
        return None, False
    probabilities = classifier.predict_proba(inputs)
    if not isinstance(probabilities, list):
        return np.asarray(probabilities), False
    if any(np.shape(one)[1] != 2 for one in probabilities):  # noqa: PLR2004 - yes or no
        return None, True
    return np.column_stack([one[:, 1] for one in probabilities]), True


def _if_defined(
    name: str, metric: Callable[..., float], *arguments: Any, **named: Any
) -> dict[str, float]:
    try:
        return {name: float(metric(*arguments, **named))}
    except (TypeError, ValueError):
        return {}
