"""The measurements, split once and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

if TYPE_CHECKING:
    import numpy as np


class Split(NamedTuple):
    """Rows to train on, and rows to test on."""

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def split() -> Split:
    """The data, of which a quarter is held out."""
    X, y = load_breast_cancer(return_X_y=True)
    return Split(*train_test_split(X, y, random_state=0, stratify=y))
