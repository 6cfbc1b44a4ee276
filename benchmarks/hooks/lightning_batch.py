"""What Lightning takes for the callbacks of a batch, beside an empty one of its own."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, cycle, permutations
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import lightning
import torch
from lightning.pytorch.trainer import call
from torch.utils.data import DataLoader, TensorDataset

import autolog
from benchmarks.trainings.of_lightning import Net, trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCHES = 600
_WIDTH = 8
_CONTENDERS = 3


class _Turns(lightning.Callback):
    """Has batch by batch another list of callbacks called, and takes the time of all calls.

    So whatever else the machine does falls on all of them alike, and what one leaves behind in the
    processor's caches on each of the others. What a batch takes besides is a hundred times what is
    added, and is left out.

    Attributes:
        seconds: What calling them has taken in each batch, by list.
    """

    def __init__(self) -> None:
        self._lists: list[list[Any]] = []
        self._order = chain.from_iterable(cycle(permutations(range(_CONTENDERS))))
        self._turn = next(self._order)
        self._taken = 0.0
        self.seconds: list[list[float]] = [[] for _ in range(_CONTENDERS)]

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Takes the time of what calls callbacks, which is no public function of Lightning's."""
        name = "_call_callback_hooks"
        call_hooks = getattr(call, name)

        def timed(trainer: Any, hook: str, *args: Any, **kwargs: Any) -> None:
            started = perf_counter()
            call_hooks(trainer, hook, *args, **kwargs)
            self._taken += perf_counter() - started
            if hook == "on_train_batch_end":
                self._end_batch(trainer)

        setattr(call, name, timed)
        try:
            yield
        finally:
            setattr(call, name, call_hooks)

    def on_train_start(self, trainer: Any, *_arguments: Any) -> None:
        self._all = trainer.callbacks
        recorder = self._all[0]
        self._lists = [[self], [lightning.Callback(), self], [recorder, self]]

    def _end_batch(self, trainer: Any) -> None:
        self.seconds[self._turn].append(self._taken)
        self._taken = 0.0
        self._turn = next(self._order)
        trainer.callbacks = self._lists[self._turn]

    def on_train_epoch_end(self, trainer: Any, *_arguments: Any) -> None:
        trainer.callbacks = self._all


def microseconds(rounds: int) -> list[tuple[float, float, float]]:
    """What callbacks take with each batch: the benchmark's own, an empty one, autolog's, by fit.

    Args:
        rounds: How many fits there are.
    """
    rows = TensorDataset(torch.ones(_BATCHES * 8, 32), torch.ones(_BATCHES * 8, 1))
    found = []
    autolog.autolog(silent=True, log_models=False)
    for number in range(1 + rounds):
        turns = _Turns()
        with turns.timing():
            trainer(turns, max_epochs=1).fit(Net(_WIDTH), DataLoader(rows, batch_size=8))
        if number:  # the first sets up what a process needs once
            own, empty, recorded = (median(one) * 1e6 for one in turns.seconds)
            found.append((own, empty, recorded))
    autolog.disable()
    return found
