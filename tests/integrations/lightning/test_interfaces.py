"""Lightning's command line, and Fabric, whose loops are loops of PyTorch."""

from __future__ import annotations

import sys

import pytest
import torch
from lightning import Fabric
from lightning.pytorch.cli import LightningCLI

from autolog.events import ArtifactStored
from autolog.testing import record


# the command line looks at docstrings and sources, some of which are not what they should be
@pytest.mark.filterwarnings("ignore")
def test_a_fit_of_the_command_line_is_a_run(net_class, loader, monkeypatch, tmp_path):
    class Learner(net_class):
        """Learns what it is given."""

        def __init__(self, lr: float = 0.1, width: int = 1):
            super().__init__(lr, width)

        def train_dataloader(self):
            return loader

    arguments = [
        *("fit", "--model.lr=0.25", "--trainer.max_epochs=1", "--trainer.accelerator=cpu"),
        *("--trainer.logger=false", "--trainer.enable_checkpointing=false"),
        *("--trainer.enable_progress_bar=false", "--trainer.enable_model_summary=false"),
        f"--trainer.default_root_dir={tmp_path}",
    ]
    monkeypatch.setattr(sys, "argv", ["train.py", *arguments])

    with record() as runs:
        LightningCLI(Learner, save_config_callback=None)

        run = runs.only
    assert run.name == "Learner"
    assert run.params["max_epochs"] == "1"
    assert run.params["lr"] == "0.25"
    assert len(run.metric_history("train_loss")) == 4


def test_a_loop_of_fabric_is_recorded_as_a_loop_of_pytorch(loader):
    torch.manual_seed(0)
    fabric = Fabric(accelerator="cpu", devices=1)
    model = torch.nn.Linear(4, 1)

    with record() as runs:
        model, optimizer = fabric.setup(model, torch.optim.SGD(model.parameters(), lr=0.1))
        criterion = torch.nn.MSELoss()
        for _ in range(2):
            for x, y in fabric.setup_dataloaders(loader):
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                fabric.backward(loss)
                optimizer.step()
        del optimizer
        runs.session.objects.end_all()

        run = runs.only
    assert run.tags["autolog.integration"] == "torch"
    assert run.params["optimizer_name"] == "SGD"
    assert len(run.metric_history("loss")) == 8


def test_a_checkpoint_of_fabric_is_referred_to(loader, tmp_path):
    fabric = Fabric(accelerator="cpu", devices=1)
    model = torch.nn.Linear(4, 1)

    with record() as runs:
        model, optimizer = fabric.setup(model, torch.optim.SGD(model.parameters(), lr=0.1))
        fabric.save(tmp_path / "early.ckpt", {"model": model})
        for x, y in fabric.setup_dataloaders(loader):
            fabric.backward(torch.nn.functional.mse_loss(model(x), y))
            optimizer.step()
        fabric.save(tmp_path / "epoch.ckpt", {"epoch": 1})
        fabric.save(str(tmp_path / "net.ckpt"), {"model": model, "optimizer": optimizer})

        stored = [event for event in runs.events if isinstance(event, ArtifactStored)]
    located = {event.path: event.location for event in stored if event.location}
    assert located == {"checkpoints/net.ckpt": str(tmp_path / "net.ckpt")}
