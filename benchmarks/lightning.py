"""What recording adds to fits of Lightning: to each batch, and to a fit of three epochs.

Lightning's own empty callback is measured in the same turns, and MLflow's autologging too.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from contextlib import chdir, contextmanager
from functools import partial
from statistics import median
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

import lightning
import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.whole_fits import beside_bare, least_taken, nothing, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 25
_QUICK_ROUNDS = 9
_FITS = 12
_QUICK_FITS = 4
_FITS_OF_MLFLOW = 3
_BATCHES = 300
_EPOCHS = 3
_TIMES_AN_EMPTY_CALLBACK = 1.5


def measure(*, quick: bool) -> Iterator[Figure]:
    """Batches and fits without autolog and with it, in turn."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, chdir(folder), fresh_directory():
        yield from _of_batches(_QUICK_ROUNDS if quick else _ROUNDS)
        yield from _of_fits(_QUICK_FITS if quick else _FITS, with_mlflow=not quick)


class _Turns(lightning.Callback):
    """Has batch by batch another list of callbacks called, and takes the time of each batch.

    So whatever else the machine does falls on all of them alike.
    """

    def __init__(self) -> None:
        self._lists: list[list[Any]] = []
        self._turn = 0
        self._last = (0.0, 0.0)
        self.seconds: list[list[float]] = [[], [], []]
        self.seconds_of_cpu: list[list[float]] = [[], [], []]

    def on_train_start(self, trainer: Any, *_arguments: Any) -> None:
        self._all = trainer.callbacks
        recorder = self._all[0]
        self._lists = [[self], [lightning.Callback(), self], [recorder, self]]
        self._last = perf_counter(), thread_time()

    def on_train_batch_end(self, trainer: Any, *_arguments: Any) -> None:
        now, now_of_cpu = perf_counter(), thread_time()
        self.seconds[self._turn % 3].append(now - self._last[0])
        self.seconds_of_cpu[self._turn % 3].append(now_of_cpu - self._last[1])
        self._turn += 1
        trainer.callbacks = self._lists[self._turn % 3]
        self._last = perf_counter(), thread_time()

    def on_train_epoch_end(self, trainer: Any, *_arguments: Any) -> None:
        trainer.callbacks = self._all


class _Net(lightning.LightningModule):
    """Logs a loss with each step, and another with each epoch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(32, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
        )

    def forward(self, x: Any) -> Any:
        return self.layers(x)

    def training_step(self, batch: Any, _number: int) -> Any:
        x, y = batch
        loss = torch.nn.functional.mse_loss(self(x), y)
        self.log("loss", loss)
        self.log("mean_loss", loss, on_step=False, on_epoch=True)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=1e-3)


def _of_batches(rounds: int) -> Iterator[Figure]:
    rows = TensorDataset(torch.ones(_BATCHES * 8, 32), torch.ones(_BATCHES * 8, 1))
    added: dict[str, list[list[float]]] = {"time": [], "CPU time of the training thread": []}
    with recorded(log_models=False):
        for number in range(1 + rounds):
            turns = _Turns()
            _trainer(turns, max_epochs=1).fit(_Net(8), DataLoader(rows, batch_size=8))
            if number:  # the first sets up what a process needs once
                found = turns.seconds, turns.seconds_of_cpu
                for kind, seconds in zip(added, found, strict=True):
                    bare, empty, with_all = (median(one) * 1e6 for one in seconds)
                    added[kind].append([empty - bare, with_all - bare])
    for kind, pairs in added.items():
        least, ours = (median(one) for one in zip(*pairs, strict=True))
        yield Figure(
            f"a batch of Lightning, the {kind} that recording adds",
            "µs",
            ours,
            least,
            "an empty callback",
            Goal(_TIMES_AN_EMPTY_CALLBACK * least),
            _TIMES_AN_EMPTY_CALLBACK,
        )


def _of_fits(rounds: int, *, with_mlflow: bool) -> Iterator[Figure]:
    fit = "a fit of Lightning of three epochs, with everything on"
    yield from beside_bare(
        fit, least_taken(_prepared_fit, {"bare": nothing, "autolog": recorded}, rounds)
    )
    if with_mlflow:
        turns = {"autolog": recorded, "MLflow": _recorded_by_mlflow}
        found = least_taken(_prepared_fit, turns, _FITS_OF_MLFLOW)
        yield Figure(
            f"{fit}, beside MLflow's autologging",
            "s",
            found["autolog"].seconds,
            found["MLflow"].seconds,
            "mlflow.pytorch.autolog()",
        )


def _prepared_fit() -> Callable[[], object]:
    rows = TensorDataset(torch.ones(_BATCHES * 128, 32), torch.ones(_BATCHES * 128, 1))
    torch.manual_seed(0)
    model, loader = _Net(1024), DataLoader(rows, batch_size=128)
    return partial(_trainer(max_epochs=_EPOCHS).fit, model, loader)


def _trainer(*callbacks: lightning.Callback, max_epochs: int) -> lightning.Trainer:
    return lightning.Trainer(
        accelerator="cpu",
        callbacks=list(callbacks),
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        logger=False,
        max_epochs=max_epochs,
    )


@contextmanager
def _recorded_by_mlflow() -> Iterator[None]:
    import mlflow

    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.pytorch.autolog(silent=True)
    try:
        yield
    finally:
        mlflow.pytorch.autolog(disable=True, silent=True)
