"""Passes over data loaders: which of them are epochs, and what is computed in the others."""

from __future__ import annotations

import time
import weakref
from typing import Any


class Pass:
    """One pass over a data loader.

    Args:
        loader: The data loader; held weakly.

    Attributes:
        loader: Leads to the data loader.
        data: Tells its data set from others.
        began: When it began, by `time.perf_counter`.
        evaluates: Whether losses were computed in it that nothing is learnt from.
    """

    __slots__ = ("began", "data", "evaluates", "loader")

    def __init__(self, loader: Any) -> None:
        self.loader = weakref.ref(loader)
        self.data = id(getattr(loader, "dataset", loader))
        self.began = time.perf_counter()
        self.evaluates = False

    def is_over_same_data(self, other: Pass) -> bool:
        """Whether another pass is over the same loader, or over one that was made anew."""
        loader = self.loader()
        return (loader is not None and loader is other.loader()) or self.data == other.data


class Passes:
    """The passes of one training.

    Attributes:
        latest: The one that its last step was taken in.
        training: The latest over the training data.
    """

    def __init__(self) -> None:
        self.latest: Pass | None = None
        self.training: Pass | None = None
        self._evaluated: list[int] = []

    def enter(self, begun: Pass) -> bool:
        """Whether an epoch begins with a pass in which a step was taken.

        None does amid an epoch, where other data are gone through in between.

        Args:
            begun: The pass that was begun last.
        """
        before, self.latest = self.training, begun
        if before is begun:
            return False
        is_epoch = (
            before is None
            or begun.is_over_same_data(before)
            or (before.loader() is None and not begun.evaluates)
        )
        if is_epoch:
            self.training = begun
        return is_epoch

    def name_of_evaluation(self, begun: Pass | None) -> str:
        """What a loss is called that nothing is learnt from.

        Args:
            begun: The pass that was begun last.

        Returns:
            `val_loss`, `val_loss_2` for a second data set, `train_loss` for the training data.
        """
        if begun is None or begun is self.latest:
            return "val_loss"
        begun.evaluates = True
        if self.training is not None and begun.is_over_same_data(self.training):
            return "train_loss"
        if begun.data not in self._evaluated:
            self._evaluated.append(begun.data)
        place = self._evaluated.index(begun.data)
        return f"val_loss_{place + 1}" if place else "val_loss"
