"""What a clustering of the training data is like: its size, its noise, how far apart it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import ClusterMixin

from autolog.capture.isolation import isolated
from autolog.capture.rows import spread_rows, take_rows
from autolog_sklearn.fitted import layers

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLUSTER_METRICS = ("n_clusters", "noise_ratio")
"""What the labels alone tell; the second only of methods that leave samples out."""

SILHOUETTE = "training_silhouette_score"

_LEAVES_NOISE = "min_samples"
"""The param of the methods that look for dense places, and leave out samples elsewhere."""

_MOST_ROWS = 4096
"""Rows whose distances from each other are computed: a silhouette takes the square of them."""


def cluster_metrics(estimator: Any) -> dict[str, float]:
    """How many clusters there are, and which share of the samples is in none.

    Args:
        estimator: The fitted estimator; nothing where it does not cluster.
    """
    labels = _labels(estimator)
    if labels is None:
        return {}
    is_in_one = labels >= 0
    found = {"n_clusters": float(len(np.unique(labels[is_in_one])))}
    if any(_LEAVES_NOISE in vars(layer) for layer in layers(estimator)):
        found["noise_ratio"] = 1.0 - float(is_in_one.mean())
    return found


def silhouette(estimator: Any, inputs: Any) -> dict[str, float]:
    """How much nearer samples are to their own cluster than to the next; noise is left out.

    Args:
        estimator: The fitted estimator.
        inputs: What it was fitted on. Of many rows, some that lie evenly among them are taken.

    Returns:
        The metric by its name; nothing where it is not defined, as of a single cluster, or where
        distances were given instead of samples.
    """
    from sklearn.metrics import silhouette_score

    labels = _labels(estimator)
    if labels is None or any(map(_takes_distances, layers(estimator))):
        return {}
    rows = np.flatnonzero(labels >= 0)
    rows = rows[spread_rows(len(rows), _MOST_ROWS)]
    labels = labels[rows]
    if not 1 < len(np.unique(labels)) < len(labels):
        return {}
    with isolated(estimator):
        points = _as_clustered(estimator, take_rows(inputs, rows))
        return {SILHOUETTE: float(silhouette_score(points, labels))}


def _labels(estimator: Any) -> NDArray[Any] | None:
    """The cluster of each training sample; negative where it is in none."""
    for layer in layers(estimator):
        labels = vars(layer).get("labels_")
        if isinstance(layer, ClusterMixin) and isinstance(labels, np.ndarray):
            return labels if labels.ndim == 1 and labels.dtype.kind == "i" else None
    return None


def _takes_distances(estimator: Any) -> bool:
    return any(vars(estimator).get(param) == "precomputed" for param in ("metric", "affinity"))


def _as_clustered(estimator: Any, inputs: Any) -> Any:
    """The inputs as the last step of a pipeline is given them."""
    from sklearn.pipeline import Pipeline

    for layer in layers(estimator):
        if isinstance(layer, Pipeline):
            for _, step in layer.steps[:-1]:
                inputs = inputs if _passes_through(step) else step.transform(inputs)
    return inputs


def _passes_through(step: Any) -> bool:
    return step is None or isinstance(step, str)
