"""Fits of Lightning whose records are compared with those of MLflow."""

from __future__ import annotations

import logging
import tempfile
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import lightning
import pytorch_lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GENERATOR = torch.Generator().manual_seed(3)
X = torch.randn(32, 4, generator=_GENERATOR)
Y = X @ torch.tensor([[1.0], [-2.0], [0.5], [0.0]])


@dataclass(frozen=True)
class Fit:
    """One fit.

    Attributes:
        run: Fits.
        library: MLflow's flavor, which records it.
        options: The options of MLflow's that it is recorded with.
        ours: Those of autolog's that ask for the same.
    """

    run: Callable[[], object]
    library: str = "pytorch"
    options: Mapping[str, Any] = field(default_factory=dict)
    ours: Mapping[str, Any] = field(default_factory=dict)


def _net(package: Any = lightning, **logged: Any) -> Any:
    """A model whose weights are always the same, and that logs its loss in one way or another."""

    class Net(package.LightningModule):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def forward(self, x: Any) -> Any:
            return self.layer(x)

        def loss(self, batch: Any) -> Any:
            x, y = batch
            return torch.nn.functional.mse_loss(self(x), y)

        def training_step(self, batch: Any, _number: int) -> Any:
            loss = self.loss(batch)
            self.log("train_loss", loss, **logged)
            return loss

        def validation_step(self, batch: Any, _number: int) -> None:
            self.log("val_loss", self.loss(batch))

        def test_step(self, batch: Any, number: int) -> None:
            self.log("test_loss", self.loss(batch))

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), lr=0.05)

    torch.manual_seed(0)
    return Net()


def _derived(**methods: Any) -> Any:
    net = _net(on_step=False, on_epoch=True)
    net.__class__ = type("Net", (type(net),), methods)
    return net


def _fit(model: Any, *, package: Any = lightning, tested: bool = False, **arguments: Any) -> None:
    loader = DataLoader(TensorDataset(X, Y), batch_size=8)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("lightning.pytorch", "pytorch_lightning"):
            logging.getLogger(name).setLevel(logging.ERROR)
        given = {
            "accelerator": "cpu",
            "default_root_dir": folder,
            "enable_model_summary": False,
            "enable_progress_bar": False,
            "logger": False,
            "max_epochs": 3,
        }
        trainer = package.Trainer(**{**given, **arguments})
        trainer.fit(model, loader, loader)
        if tested:
            trainer.test(model, loader, verbose=False)


def _two_optimizers() -> Any:
    def training_step(self: Any, batch: Any, _number: int) -> None:
        for optimizer in self.optimizers():
            optimizer.zero_grad()
            self.manual_backward(self.loss(batch))
            optimizer.step()

    def configure_optimizers(self: Any) -> Any:
        first = torch.optim.SGD([self.layer.weight], lr=0.01, momentum=0.5)
        return [first, torch.optim.Adam([self.layer.bias], lr=0.1)]

    net = _derived(training_step=training_step, configure_optimizers=configure_optimizers)
    net.automatic_optimization = False
    return net


def _scheduled() -> Any:
    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), lr=0.1)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1)]

    return _derived(configure_optimizers=configure_optimizers)


def _two_inputs() -> Any:
    def forward(self: Any, x: Any, weight: Any) -> Any:
        return self.layer(x) * weight

    def loss(self: Any, batch: Any) -> Any:
        x, y = batch
        return torch.nn.functional.mse_loss(self(x, torch.ones(len(x), 1)), y)

    return _derived(forward=forward, loss=loss)


def _stopped(package: Any) -> Fit:
    def run() -> None:
        stopping = getattr(package, "pytorch", package).callbacks.EarlyStopping(
            "val_loss", patience=2, min_delta=100.0
        )
        model = _net(package, **_PER_EPOCH)
        _fit(model, package=package, callbacks=[stopping], max_epochs=9)

    return Fit(run)


_PER_EPOCH = {"on_step": False, "on_epoch": True}
_BOTH = {"on_step": True, "on_epoch": True}

CASES: dict[str, Callable[[], Fit]] = {
    "a loss per epoch": lambda: Fit(lambda: _fit(_net(**_PER_EPOCH))),
    "a loss per step": lambda: Fit(lambda: _fit(_net())),
    "a loss per step and epoch": lambda: Fit(lambda: _fit(_net(**_BOTH))),
    "every step": lambda: Fit(lambda: _fit(_net(**_BOTH)), options={"log_every_n_step": 1}),
    "early stopping": lambda: _stopped(pytorch_lightning),
    "early stopping of the other name": lambda: _stopped(lightning),
    "two optimizers": lambda: Fit(lambda: _fit(_two_optimizers())),
    "a scheduler": lambda: Fit(lambda: _fit(_scheduled())),
    "two inputs": lambda: Fit(lambda: _fit(_two_inputs())),
    "a test after the fit": lambda: Fit(lambda: _fit(_net(**_PER_EPOCH), tested=True)),
    "no model": lambda: Fit(
        lambda: _fit(_net(**_PER_EPOCH)),
        options={"log_models": False, "checkpoint": False},
        ours={"log_models": False},
    ),
    "checkpoints": lambda: Fit(
        lambda: _fit(_net(**_PER_EPOCH), callbacks=[ModelCheckpoint(monitor="val_loss")])
    ),
    "pytorch_lightning": lambda: Fit(
        lambda: _fit(_net(pytorch_lightning, **_PER_EPOCH), package=pytorch_lightning)
    ),
}
"""By name; the model of a fit is made anew at each run."""
