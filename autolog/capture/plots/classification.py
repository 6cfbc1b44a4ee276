"""The plots of a classifier: its confusion matrix and, of two classes, the curves of its scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.plots.outline import outline
from autolog.capture.plots.plot import (
    MOST_CLASSES,
    ConfusionMatrix,
    Plot,
    PrecisionRecallCurve,
    RocCurve,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from autolog.capture.classification import Confusion

CONFUSION_MATRIX = "training_confusion_matrix"
ROC_CURVE = "training_roc_curve"
PRECISION_RECALL_CURVE = "training_precision_recall_curve"
CLASSIFICATION_PLOTS = (CONFUSION_MATRIX, ROC_CURVE, PRECISION_RECALL_CURVE)
"""The names of the plots of a classifier, as MLflow calls them."""

_LONGEST_NAME = 24
_DECIMALS = 4


def confusion_plots(confusion: Confusion) -> list[Plot]:
    """The confusion matrix; nothing where there are too many classes for one.

    Args:
        confusion: How often each label was predicted for each.
    """
    import numpy as np

    labels, counts = confusion.labels, confusion.counts
    if counts is None or not 0 < len(labels) <= MOST_CLASSES or counts.min() < 0:
        return []
    if counts.dtype.kind == "f":
        # Weights are shown with four digits, and so kept with no more.
        digits = _DECIMALS - 1 - int(np.floor(np.log10(counts.max() or 1.0)))
        counts = counts.round(digits)
    data = ConfusionMatrix(classes=list(map(_name, labels.tolist())), counts=counts.tolist())
    return [Plot(CONFUSION_MATRIX, data)]


def curve_plots(
    truth: NDArray[Any],
    scores: NDArray[Any],
    positive_class: object,
    sample_weight: NDArray[Any] | None = None,
) -> list[Plot]:
    """The ROC curve and the precision-recall curve; nothing where they are not defined.

    Args:
        truth: The labels of the samples, of two classes.
        scores: How much speaks for the positive class, sample by sample, on any scale.
        positive_class: The label that is looked for.
        sample_weight: How much each sample counts; all the same by default.
    """
    import numpy as np

    weights = np.ones(len(scores)) if sample_weight is None else sample_weight
    if weights.min(initial=0.0) < 0 or not np.isfinite(scores).all():
        return []
    hits, alarms = _counts_by_threshold(truth == positive_class, scores, weights)
    if not len(hits) or not hits[-1] or not alarms[-1]:
        return []
    recall, fallout, precision = hits / hits[-1], alarms / alarms[-1], hits / (hits + alarms)
    name = _name(np.asarray(positive_class).item())
    return [
        Plot(ROC_CURVE, _roc_curve(name, fallout, recall)),
        Plot(PRECISION_RECALL_CURVE, _precision_recall_curve(name, recall, precision)),
    ]


def _counts_by_threshold(
    positive: NDArray[Any], scores: NDArray[Any], weights: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The positive and the negative samples from each score upwards, the highest score first."""
    import numpy as np

    order = np.argsort(scores)[::-1]
    order = order[weights[order] > 0]
    is_last_of_score = np.diff(scores[order], append=-np.inf) != 0
    positive, weights = positive[order], weights[order]
    hits = np.cumsum(positive * weights)[is_last_of_score]
    alarms = np.cumsum(~positive * weights)[is_last_of_score]
    return hits, alarms


def _roc_curve(name: str, fallout: NDArray[Any], recall: NDArray[Any]) -> RocCurve:
    import numpy as np

    x, y = np.append(0.0, fallout), np.append(0.0, recall)
    area = float(np.diff(x) @ (y[1:] + y[:-1]) / 2)
    kept = outline(x, y)
    return RocCurve(
        positive_class=name,
        false_positive_rate=_shares(x[kept]),
        true_positive_rate=_shares(y[kept]),
        area=min(area, 1.0),
    )


def _precision_recall_curve(
    name: str, recall: NDArray[Any], precision: NDArray[Any]
) -> PrecisionRecallCurve:
    """The curve falls and rises in steps: what lies between two thresholds cannot be had."""
    import numpy as np

    gains = np.diff(recall, prepend=0.0)
    x = np.append(0.0, np.column_stack([recall - gains, recall]))
    y = np.append(1.0, np.repeat(precision, 2))
    kept = outline(x, y)
    return PrecisionRecallCurve(
        positive_class=name,
        recall=_shares(x[kept]),
        precision=_shares(y[kept]),
        average_precision=min(float(gains @ precision), 1.0),
        prevalence=float(precision[-1]),
    )


def _shares(values: NDArray[Any]) -> list[float]:
    shares: list[float] = values.round(_DECIMALS).clip(0.0, 1.0).tolist()
    return shares


def _name(label: object) -> str:
    """A label as one short line of text."""
    text = " ".join(str(label).encode("utf-8", "backslashreplace").decode().split())
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
