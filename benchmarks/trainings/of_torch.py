"""A training with PyTorch alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.trainings import Training
from benchmarks.trainings.by_hand import by_hand

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

    def train() -> Any:
        torch.manual_seed(0)
        model, loss_function = layers(), nn.MSELoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        for _ in range(EPOCHS):
            for inputs, targets in DataLoader(data, BATCH):
                optimizer.zero_grad()
                loss_function(model(inputs), targets).backward()
                optimizer.step()
        return model

    def train_and_write() -> Any:
        torch.manual_seed(0)
        model, loss_function = layers(), nn.MSELoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        with by_hand() as write:
            for _ in range(EPOCHS):
                for inputs, targets in DataLoader(data, BATCH):
                    optimizer.zero_grad()
                    loss = loss_function(model(inputs), targets)
                    loss.backward()
                    optimizer.step()
                    write({"loss": loss.item()})
        return model

    return Training(train, ends_with_script=True, written=train_and_write)
