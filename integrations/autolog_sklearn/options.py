"""The options that only the scikit-learn integration understands."""

from __future__ import annotations

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How fits of scikit-learn are recorded.

    Attributes:
        training_metrics: Whether a fitted estimator is asked about its training data, for
            `training_accuracy_score` and the like.
        pos_label: In binary classification, the class that precision, recall and F1 are about. By
            default they are averages over both classes, weighted by their frequency.
        model_format: How fitted models are written: `cloudpickle`, which takes any of them, or
            `skops`, which runs no code when it is loaded.
        silhouette: Whether clusterings are told how far apart their clusters are, on at most 4096
            rows: `training_silhouette_score`. It takes the distances between all of them.
        partial_fit_score: Whether each call of `partial_fit` is followed by a `score` of its own
            rows, at the steps that `every_n_steps` keeps; it costs a prediction.
        log_post_training_metrics: Whether scores and metrics that are computed with a recorded
            model, or from what it predicts, go to the run of its fit.
        max_tuning_runs: The same as `max_child_runs`, under the name that it has in MLflow.
        cross_validation: Whether calls of `cross_validate`, `learning_curve` and the like are runs.
            Otherwise they are silent, with all that they fit.
    """

    training_metrics: bool = True
    pos_label: object | None = None
    model_format: Literal["cloudpickle", "skops"] = "cloudpickle"
    silhouette: bool = False
    partial_fit_score: bool = False
    log_post_training_metrics: bool = True
    max_tuning_runs: int | None = None
    cross_validation: bool = True
