"""A tiny model, tiny data, and loops of a millisecond."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    """Two layers."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 8)
        self.output = nn.Linear(8, 1)

    def forward(self, inputs):
        return self.output(torch.relu(self.hidden(inputs)))


def make_data():
    """64 rows of four features, and their sum."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 4, generator=generator)
    return inputs, inputs.sum(1, keepdim=True)


@pytest.fixture
def net():
    torch.manual_seed(0)
    return Net()


@pytest.fixture
def data():
    return make_data()


@pytest.fixture
def loaders(data):
    """Three batches to train on, and two to evaluate on."""
    inputs, targets = data
    generator = torch.Generator().manual_seed(0)
    train = TensorDataset(inputs[:48], targets[:48])
    other = TensorDataset(inputs[48:], targets[48:])
    return DataLoader(train, 16, shuffle=True, generator=generator), DataLoader(other, 8)


@pytest.fixture
def fit(loaders):
    """The loop of every tutorial; gives the losses of its steps."""
    loader, _ = loaders

    def fit(model, optimizer, *, epochs=2, loss=None, after_epoch=lambda: None):
        loss = nn.MSELoss() if loss is None else loss
        losses = []
        for _ in range(epochs):
            for inputs, targets in loader:
                optimizer.zero_grad()
                value = loss(model(inputs), targets)
                value.backward()
                optimizer.step()
                losses.append(value.item())
            after_epoch()
        return losses

    return fit
