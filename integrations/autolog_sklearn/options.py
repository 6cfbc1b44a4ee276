"""The options that only the scikit-learn integration understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """How fits of scikit-learn are recorded.

    Attributes:
        training_metrics: Whether a fitted estimator is asked about its training data, for
            `training_accuracy_score` and the like.
        pos_label: In binary classification, the class that precision, recall and F1 are about. By
            default they are averages over both classes, weighted by their frequency.
        model_format: How fitted models are written: `cloudpickle`, which takes any of them, or
            `skops`, which runs no code when it is loaded.
    """

    training_metrics: bool = True
    pos_label: object | None = None
    model_format: Literal["cloudpickle", "skops"] = "cloudpickle"
