"""The metrics of a classifier, from one confusion matrix and its class probabilities."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABEL_METRICS = ("precision_score", "recall_score", "f1_score", "accuracy_score")
"""What the predicted labels tell; MLflow's names after `training_`."""

PROBABILITY_METRICS = ("log_loss", "roc_auc")
"""What needs the probabilities of the classes."""

MOST_RANKED = 10_000_000
"""Probabilities, rows times classes, beyond which the area of several classes is left out.

To find it each is looked up among those of every class, which takes a second for so many.
"""

_MOST_CROSSED = 500
"""Labels beyond which it is not counted how often each was taken for each other one."""

_BINARY = 2
_TEXT = "text"
_NUMBERS = "numbers"
_KINDS = {"U": _TEXT, "T": _TEXT} | dict.fromkeys("biuf", _NUMBERS)


class Confusion(msgspec.Struct, frozen=True):
    """How often each label was predicted for each: numbers of samples, or their weight.

    Attributes:
        labels: All labels, true and predicted, ascending.
        hits: How often each was predicted rightly.
        actual: How often each was the true one.
        predicted: How often each was predicted.
        counts: One row per true label, one column per predicted; `None` where the labels are too
            many for a table of their squared number.
    """

    labels: NDArray[Any]
    hits: NDArray[Any]
    actual: NDArray[Any]
    predicted: NDArray[Any]
    counts: NDArray[Any] | None


def are_comparable(y_true: NDArray[Any], y_pred: NDArray[Any]) -> bool:
    """Whether true and predicted labels are as many, and of a kind that has an order.

    Args:
        y_true: The labels of the samples.
        y_pred: The predicted labels.
    """
    kind = _kind(y_true)
    return kind is not None and kind == _kind(y_pred) and len(y_true) == len(y_pred)


def confusion_of(
    y_true: NDArray[Any], y_pred: NDArray[Any], sample_weight: NDArray[Any] | None = None
) -> Confusion:
    """Counts the predicted labels of each true one.

    Args:
        y_true: The labels of the samples.
        y_pred: The predicted labels.
        sample_weight: How much each sample counts; all the same by default.
    """
    import numpy as np

    labels, true_codes, predicted_codes = _encode(y_true, y_pred)
    count = len(labels)
    if count > _MOST_CROSSED:
        right = np.flatnonzero(true_codes == predicted_codes)
        weights = None if sample_weight is None else sample_weight[right]
        hits = np.bincount(true_codes[right], weights, count)
        actual = np.bincount(true_codes, sample_weight, count)
        predicted = np.bincount(predicted_codes, sample_weight, count)
        return Confusion(labels, hits, actual, predicted, None)
    pairs = np.bincount(true_codes * count + predicted_codes, sample_weight, count * count)
    table = pairs.reshape(count, count)
    return Confusion(labels, table.diagonal(), table.sum(axis=1), table.sum(axis=0), table)


def label_metrics(confusion: Confusion, pos_label: object | None = None) -> dict[str, float]:
    """Accuracy, and precision, recall and F1 averaged by the frequency of the classes.

    Args:
        confusion: How often each label was predicted for each.
        pos_label: The class whose precision, recall and F1 are meant, of two; by default they are
            averaged over all classes. With more than two classes there is only the accuracy then.

    Returns:
        The metrics by name. A precision or recall of nothing counts as 0, as in scikit-learn.
    """
    hits, actual, predicted = confusion.hits, confusion.actual, confusion.predicted
    metrics = {"accuracy_score": float(hits.sum() / actual.sum())}
    shares = actual / actual.sum() if pos_label is None else _only(pos_label, confusion.labels)
    if shares is not None:
        metrics["precision_score"] = float(shares @ _ratio(hits, predicted))
        metrics["recall_score"] = float(shares @ _ratio(hits, actual))
        metrics["f1_score"] = float(shares @ _ratio(2 * hits, actual + predicted))
    return metrics


def probability_metrics(
    y_true: NDArray[Any],
    probabilities: NDArray[Any],
    classes: NDArray[Any],
    sample_weight: NDArray[Any] | None = None,
) -> dict[str, float]:
    """Log loss and area under the ROC curve (of several classes: each against each, weighted).

    Args:
        y_true: The labels of the samples.
        probabilities: One row per sample, one column per class.
        classes: The labels of the columns, ascending.
        sample_weight: How much each sample counts. The area of several classes has no weights.

    Returns:
        The metrics by name; nothing where the samples do not have each of the classes, and at
        least two, or a probability is not defined. There is no area of more than `MOST_RANKED`
        probabilities.
    """
    import numpy as np

    codes, known = _positions(classes, y_true)
    sizes = np.bincount(codes, minlength=len(classes))
    if len(classes) < _BINARY or not known.all() or not sizes.all():
        return {}
    if not np.isfinite(probabilities).all():
        return {}
    metrics = {"log_loss": _log_loss(codes, probabilities, sample_weight)}
    if len(classes) == _BINARY:
        metrics["roc_auc"] = _area(codes == 1, probabilities[:, 1], sample_weight)
    elif (
        sample_weight is None
        and probabilities.size <= MOST_RANKED
        and np.allclose(probabilities.sum(axis=1), 1)
    ):
        metrics["roc_auc"] = _area_of_pairs(codes, probabilities, sizes)
    return metrics


def _log_loss(
    codes: NDArray[Any], probabilities: NDArray[Any], sample_weight: NDArray[Any] | None
) -> float:
    import numpy as np

    smallest = np.finfo(probabilities.dtype).eps
    chosen = probabilities[np.arange(len(codes)), codes].clip(smallest, 1 - smallest)
    return float(np.average(-np.log(chosen.astype(np.float64)), weights=sample_weight))


def _area(
    positive: NDArray[Any], scores: NDArray[Any], sample_weight: NDArray[Any] | None
) -> float:
    """The share of pairs of a positive and a negative whose scores are in order; ties are half."""
    import numpy as np

    weights = np.ones(len(scores)) if sample_weight is None else sample_weight
    order = np.argsort(scores[~positive])
    negatives = scores[~positive][order]
    below = np.concatenate([[0.0], np.cumsum(weights[~positive][order])])
    hits = scores[positive]
    beaten = below[np.searchsorted(negatives, hits, "left")]
    beaten_or_equal = below[np.searchsorted(negatives, hits, "right")]
    of_positives = weights[positive]
    total = 2 * of_positives.sum() * below[-1]
    return float(of_positives @ (beaten + beaten_or_equal) / total) if total else float("nan")


def _area_of_pairs(codes: NDArray[Any], probabilities: NDArray[Any], sizes: NDArray[Any]) -> float:
    """The mean area over all pairs of classes, weighted by their samples (Hand & Till, 2001)."""
    import numpy as np

    count = len(sizes)
    areas = np.zeros((count, count))
    by_class = np.argsort(codes, kind="stable")
    ends = np.cumsum(sizes)
    begins = ends - sizes
    for column, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        scores = probabilities[by_class, column]
        hits = np.sort(scores[begin:end])
        lost = np.searchsorted(hits, scores, "left") + np.searchsorted(hits, scores, "right")
        beaten_twice = np.add.reduceat(2 * len(hits) - lost, begins)
        areas[column] = beaten_twice / (2 * sizes[column] * sizes)
    first, second = np.triu_indices(count, 1)
    both = (areas + areas.T)[first, second] / 2
    return float(np.average(both, weights=(sizes[:, None] + sizes)[first, second]))


def _kind(labels: NDArray[Any]) -> object:
    """Text, numbers, or a type of its own; `None` for labels of several kinds."""
    if labels.dtype.kind != "O":
        return _KINDS.get(labels.dtype.kind, labels.dtype.kind)
    kinds = {_kind_of_object(one) for one in set(map(type, labels))}
    return kinds.pop() if len(kinds) == 1 else None


def _kind_of_object(label_class: type) -> object:
    import numpy as np

    if issubclass(label_class, str):
        return _TEXT
    return _NUMBERS if issubclass(label_class, numbers.Number | np.bool_) else label_class


def _encode(
    y_true: NDArray[Any], y_pred: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """All labels, and the position of each sample's true and predicted label among them."""
    import numpy as np

    labels = np.unique(np.concatenate([np.unique(y_true), np.unique(y_pred)]))
    return labels, _positions(labels, y_true)[0], _positions(labels, y_pred)[0]


def _positions(labels: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where each value stands among ascending labels, and whether it is one of them."""
    import numpy as np

    positions = np.searchsorted(labels, values).clip(max=len(labels) - 1)
    return positions, labels[positions] == values


def _only(pos_label: object, labels: NDArray[Any]) -> NDArray[Any] | None:
    """The weights that pick one class of two; `None` where there is no such choice."""
    import numpy as np

    # As objects: NumPy before 1.25 does not compare arrays with labels of another type.
    chosen = np.asarray(labels.astype(object) == pos_label)
    return chosen.astype(float) if len(labels) <= _BINARY and chosen.any() else None


def _ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    ratio = np.zeros(len(numerator))
    np.divide(numerator, denominator, out=ratio, where=denominator != 0)
    return ratio
