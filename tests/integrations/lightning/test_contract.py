"""The Lightning integration keeps the contract of integrations, by both import names."""

from __future__ import annotations

import lightning
import pytorch_lightning
import torch
from torch.utils.data import DataLoader, TensorDataset

from autolog.testing import IntegrationContract


def trained(package):
    """The weights of a model that a package has trained, and the state of the generator."""

    class Net(package.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(2, 1)

        def training_step(self, batch, _number):
            loss = self.layer(batch[0]).square().mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters())

    torch.manual_seed(3)
    model = Net()
    trainer = package.Trainer(
        accelerator="cpu",
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        logger=False,
        max_epochs=2,
    )
    trainer.fit(model, DataLoader(TensorDataset(torch.ones(6, 2)), batch_size=2, shuffle=True))
    return [*(weights.tolist() for weights in model.parameters()), torch.rand(3).tolist()]


class TestLightning(IntegrationContract):
    """`import lightning`."""

    library = "lightning"

    def train(self):
        return trained(lightning)


class TestPyTorchLightning(IntegrationContract):
    """`import pytorch_lightning`."""

    library = "pytorch_lightning"

    def train(self):
        return trained(pytorch_lightning)
