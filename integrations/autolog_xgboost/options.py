"""The options that only the XGBoost integration understands."""

from __future__ import annotations

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How trainings with XGBoost are recorded.

    Attributes:
        importance_types: The kinds of importance of the features that are kept: some of `weight`,
            `gain`, `cover`, `total_gain` and `total_cover`; by default the first two.
        model_format: How models are written: `ubj`, which is small, or `json`, which can be read.
        training_metrics: Whether, where there is no set to evaluate on, it is recorded how good
            the model is on its training data.
        pos_label: In binary classification, the class that precision, recall and F1 are about. By
            default they are averages over both classes, weighted by their frequency.
    """

    importance_types: list[str] | tuple[str, ...] | None = None
    model_format: Literal["ubj", "json"] = "ubj"
    training_metrics: bool = True
    pos_label: object | None = None
