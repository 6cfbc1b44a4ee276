"""A training with PyTorch alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.trainings import Training
from benchmarks.trainings.by_hand import by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BATCHES = 300
BATCH = 128
EPOCHS = 3
WIDTH = 1024


def rows() -> TensorDataset:
    """The data of an epoch."""
    return TensorDataset(torch.ones(BATCHES * BATCH, 32), torch.ones(BATCHES * BATCH, 1))


def layers(width: int = WIDTH) -> nn.Sequential:
    """A network of two layers."""
    return nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, 1))


def loop() -> Training:
    """The loop that tutorials show."""
    torch.set_num_threads(1)
    data = rows()

    def train(write: Callable[[Mapping[str, float], int], None] | None = None) -> Any:
        torch.manual_seed(0)
        model, loss_function = layers(), nn.MSELoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        for epoch in range(EPOCHS):
            for batch, (inputs, targets) in enumerate(DataLoader(data, BATCH)):
                optimizer.zero_grad()
                loss = loss_function(model(inputs), targets)
                loss.backward()
                optimizer.step()
                if write is not None:
                    write({"loss": loss.item()}, epoch * BATCHES + batch)
        return model

    def train_and_write() -> Any:
        with by_hand() as write:
            return train(write)

    return Training(train, ends_with_script=True, written=train_and_write)
