"""The options that only the LightGBM integration understands."""

from __future__ import annotations

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How trainings of LightGBM are recorded.

    Attributes:
        importance_types: The kinds of feature importance that are kept: `split`, how often a
            feature is split on, and `gain`, what these splits gain.
        training_metrics: Whether a training without evaluation sets is followed by metrics on the
            training data: those of scikit-learn (`training_accuracy_score`, ...) for estimators,
            LightGBM's own (`training-binary_logloss`) for `lightgbm.train`.
        pos_label: In binary classification, the class that precision, recall and F1 are about. By
            default they are averages over both classes, weighted by their frequency.
        model_format: How fitted estimators are written: `cloudpickle`, which takes any of them, or
            `skops`, which runs no code when it is loaded. Boosters are always written as text.
    """

    importance_types: tuple[Literal["split", "gain"], ...] = ("split", "gain")
    training_metrics: bool = True
    pos_label: object | None = None
    model_format: Literal["cloudpickle", "skops"] = "cloudpickle"
