"""A training with Lightning."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

import lightning
import torch
from torch.utils.data import DataLoader

from benchmarks.trainings import Training
from benchmarks.trainings.by_hand import by_hand
from benchmarks.trainings.of_torch import BATCH, EPOCHS, WIDTH, layers, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Net(lightning.LightningModule):
    """Logs a loss with each step, and another with each epoch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = layers(width)

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


def trainer(*callbacks: lightning.Callback, max_epochs: int) -> lightning.Trainer:
    """A trainer that says and writes nothing by itself."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    return lightning.Trainer(
        accelerator="cpu",
        callbacks=list(callbacks),
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        logger=False,
        max_epochs=max_epochs,
    )


def fit() -> Training:
    """Lightning's loop over the same network and data as the plain one."""
    data = rows()

    def train(*callbacks: lightning.Callback) -> Net:
        torch.manual_seed(0)
        model = Net(WIDTH)
        trainer(*callbacks, max_epochs=EPOCHS).fit(model, DataLoader(data, batch_size=BATCH))
        return model

    def train_and_write() -> Net:
        with by_hand() as write:
            return train(_Writing(write))

    return Training(train, kept=lambda model: model.state_dict(), written=train_and_write)


class _Writing(lightning.Callback):
    def __init__(self, write: Callable[[Mapping[str, float], int], None]) -> None:
        self._write = write

    def on_train_batch_end(self, trainer: lightning.Trainer, *_: Any) -> None:
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        self._write(metrics, trainer.global_step)
