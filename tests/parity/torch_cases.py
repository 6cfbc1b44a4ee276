"""Training loops of PyTorch whose records are compared with those of MLflow."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GENERATOR = torch.Generator().manual_seed(3)
X = torch.randn(32, 4, generator=_GENERATOR)
Y = X @ torch.tensor([[1.0], [-2.0], [0.5], [0.0]])


@dataclass(frozen=True)
class Loop:
    """One training.

    Attributes:
        run: Trains.
        library: MLflow's flavor, which records it.
        options: The options of MLflow's that it is recorded with.
    """

    run: Callable[[], object]
    library: str = "pytorch"
    options: Mapping[str, Any] = field(default_factory=lambda: {"log_every_n_step": 1})


def _train(after_step: Callable[[int, float], object] = lambda _step, _loss: None) -> None:
    torch.manual_seed(0)
    model, loss_function = torch.nn.Linear(4, 1), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = 0
    for _ in range(2):
        for x, y in DataLoader(TensorDataset(X, Y), batch_size=8):
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
            after_step(step, loss.item())
            step += 1


def _train_with_writer(*, hyperparameters: bool = False) -> None:
    with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer:
        _train(lambda step, loss: writer.add_scalar("train/loss", loss, step))
        if hyperparameters:
            writer.add_hparams({"lr": 0.1}, {"final_loss": 0.5})


CASES: dict[str, Callable[[], Loop]] = {
    "a loop": lambda: Loop(_train),
    "a writer's scalars": lambda: Loop(_train_with_writer),
    "a writer's hyperparameters": lambda: Loop(lambda: _train_with_writer(hyperparameters=True)),
}
"""By name."""
