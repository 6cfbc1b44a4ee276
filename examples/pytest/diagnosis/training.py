"""The model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from diagnosis.data import Split


def train(data: Split, C: float = 1.0) -> Pipeline:
    """Fits the model; the smaller C, the simpler it is."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=C))
    return model.fit(data.X_train, data.y_train)
