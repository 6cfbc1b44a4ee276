"""A model of five numbers, and data that it learns in a hundredth of a second."""

from __future__ import annotations

import logging
from pathlib import Path

import lightning
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

HERE = Path(__file__).parent
OF_LIGHTNING = (
    "ignore:.*does not have many workers",
    "ignore:.*smaller than the logging interval",
    "ignore:.*LeafSpec:FutureWarning",
    "ignore:.*treespec:FutureWarning",
    "ignore:Detected KeyboardInterrupt",
    "ignore:Checkpoint directory .* exists and is not empty",
    "ignore:You defined a `validation_step` but have no `val_dataloader`",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            for warning in OF_LIGHTNING:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(autouse=True)
def quiet():
    """Lightning says on standard error what it finds; nobody reads it here."""
    for name in ("lightning.pytorch", "pytorch_lightning"):
        logging.getLogger(name).setLevel(logging.ERROR)


class Net(lightning.LightningModule):
    """One layer, with a loss for each step and one for each validation."""

    def __init__(self, lr=0.1, width=1):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, width)
        self.dropout = torch.nn.Dropout(0.2)

    def forward(self, x):
        return self.layer(self.dropout(x))

    def loss(self, batch):
        x, y = batch
        return torch.nn.functional.mse_loss(self(x), y)

    def training_step(self, batch, _number):
        loss = self.loss(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _number):
        self.log("val_loss", self.loss(batch))

    def test_step(self, batch, number):
        self.log("test_loss", self.loss(batch))

    def predict_step(self, batch, _number):
        return self(batch[0])

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.lr, momentum=0.9)


@pytest.fixture
def net_class():
    """The class of models, to be derived from."""
    return Net


@pytest.fixture
def net():
    """A model whose weights are the same in each test."""
    torch.manual_seed(0)
    return Net()


@pytest.fixture(scope="session")
def rows():
    """32 rows that four weights explain."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(32, 4, generator=generator)
    return x, x @ torch.tensor([[1.0], [-2.0], [0.5], [0.0]])


@pytest.fixture
def loader(rows):
    """Four batches of eight rows."""
    return DataLoader(TensorDataset(*rows), batch_size=8)


@pytest.fixture
def make_trainer(tmp_path):
    """Makes a quiet trainer of two epochs that writes nothing; anything may be said otherwise."""

    def make(package=lightning, **arguments):
        given = {
            "accelerator": "cpu",
            "default_root_dir": tmp_path,
            "enable_checkpointing": False,
            "enable_model_summary": False,
            "enable_progress_bar": False,
            "logger": False,
            "max_epochs": 2,
        }
        return package.Trainer(**{**given, **arguments})

    return make


@pytest.fixture
def fit(make_trainer, loader):
    """Fits a model on the rows, and validates it on them."""

    def fitted(model, *, validated=True, **arguments):
        trainer = make_trainer(**arguments)
        trainer.fit(model, loader, loader if validated else None)
        return trainer

    return fitted


@pytest.fixture
def steps():
    """The steps of a metric of a run."""

    def of(run, name):
        return [point.step for point in run.metric_history(name)]

    return of


@pytest.fixture
def values():
    """The values of a metric of a run."""

    def of(run, name):
        return [point.value for point in run.metric_history(name)]

    return of
