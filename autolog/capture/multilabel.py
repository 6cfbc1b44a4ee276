"""The metrics of a classifier of several labels at once, by scikit-learn's own functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_multilabel(targets: Any) -> bool:
    """Whether each row of the targets says of several labels which of them hold."""
    shape: tuple[int, ...] = getattr(targets, "shape", ())
    if len(shape) < 2 or shape[1] < 2:  # noqa: PLR2004 - rows and columns, and several of these
        return False
    from sklearn.utils.multiclass import type_of_target

    return bool(type_of_target(targets) == "multilabel-indicator")


def multilabel_metrics(
    classifier: Any, inputs: Any, targets: Any, sample_weight: NDArray[Any] | None
) -> dict[str, float]:
    """Precision, recall and F1 weighted by the labels' frequency, accuracy, loss and area.

    Args:
        classifier: A fitted classifier.
        inputs: The rows.
        targets: One row per sample, one column of 0 and 1 per label.
        sample_weight: How much each sample counts; all the same by default.
    """
    import numpy as np
    from sklearn import metrics

    predicted = classifier.predict(inputs)
    weighted = {"sample_weight": sample_weight}
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        targets, predicted, average="weighted", zero_division=0.0, **weighted
    )
    found = {
        "precision_score": precision,
        "recall_score": recall,
        "f1_score": f1,
        "accuracy_score": metrics.accuracy_score(targets, predicted, **weighted),
    }
    if hasattr(classifier, "predict_proba"):
        probabilities = classifier.predict_proba(inputs)
        # Some classifiers give a list with the probabilities of each label instead.
        if isinstance(probabilities, np.ndarray):
            found["log_loss"] = metrics.log_loss(targets, probabilities, **weighted)
            found["roc_auc"] = metrics.roc_auc_score(
                targets, probabilities, average="weighted", **weighted
            )
    return {name: float(value) for name, value in found.items()}
