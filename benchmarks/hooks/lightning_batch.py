"""A batch of Lightning, beside an empty callback of Lightning's own."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

import lightning
import torch
from torch.utils.data import DataLoader, TensorDataset

import autolog
from benchmarks.trainings.of_lightning import Net, trainer

_BATCHES = 1500
"""As many as let microseconds be told from what else there is between two batches."""

_WIDTH = 8


class _Turns(lightning.Callback):
    """Has batch by batch another list of callbacks called, and takes the time of each batch.

    So whatever else the machine does falls on all of them alike.

    Args:
        is_between: Whether the time is only that from one batch to the next, which has all that
            recording adds, and little besides.
    """

    def __init__(self, *, is_between: bool) -> None:
        self._is_between = is_between
        self._lists: list[list[Any]] = []
        self._turn = 0
        self._last = 0.0
        self.seconds: list[list[float]] = [[], [], []]

    def on_train_start(self, trainer: Any, *_arguments: Any) -> None:
        self._all = trainer.callbacks
        recorder = self._all[0]
        self._lists = [[self], [lightning.Callback(), self], [recorder, self]]
        self._last = perf_counter()

    def on_train_batch_start(self, *_arguments: Any) -> None:
        if self._is_between:
            self._take()

    def on_train_batch_end(self, trainer: Any, *_arguments: Any) -> None:
        if not self._is_between:
            self._take()
        self._turn += 1
        trainer.callbacks = self._lists[self._turn % 3]
        self._last = perf_counter()

    def _take(self) -> None:
        self.seconds[self._turn % 3].append(perf_counter() - self._last)

    def on_train_epoch_end(self, trainer: Any, *_arguments: Any) -> None:
        trainer.callbacks = self._all


def microseconds(rounds: int, *, is_between: bool) -> list[tuple[float, float, float]]:
    """What a batch takes, what it takes with an empty callback, and with autolog, fit by fit.

    Args:
        rounds: How many fits there are.
        is_between: Whether it is only the way from one batch to the next.
    """
    rows = TensorDataset(torch.ones(_BATCHES * 8, 32), torch.ones(_BATCHES * 8, 1))
    found = []
    autolog.autolog(silent=True, log_models=False)
    for number in range(1 + rounds):
        turns = _Turns(is_between=is_between)
        trainer(turns, max_epochs=1).fit(Net(_WIDTH), DataLoader(rows, batch_size=8))
        if number:  # the first sets up what a process needs once
            bare, empty, recorded = turns.seconds
            base = median(bare)
            with_empty, with_recorder = base + _beside(bare, empty), base + _beside(bare, recorded)
            found.append((base * 1e6, with_empty * 1e6, with_recorder * 1e6))
    autolog.disable()
    return found


def _beside(bare: list[float], other: list[float]) -> float:
    """What the other batches take longer than those just before or after them."""
    return median(two - one for one, two in zip(bare, other, strict=False))
