"""Fits that fail, are interrupted or killed, and searches of the tuner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.tuner import Tuner
from torch.utils.data import DataLoader, TensorDataset

import autolog
from autolog.delivery.recovery import recover
from autolog.sinks.registry import open_sink
from autolog.testing import record

KILLED_IN_THE_THIRD_EPOCH = """
import logging, os, signal, warnings
warnings.simplefilter("ignore")
import autolog, torch, lightning
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
autolog.autolog(silent=True)

class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def training_step(self, batch, number):
        loss = self.layer(batch).square().mean()
        self.log("loss", loss, on_step=True, on_epoch=True)
        return loss

    def on_train_epoch_start(self):
        if self.current_epoch == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

trainer = lightning.Trainer(
    max_epochs=9, accelerator="cpu", logger=False, enable_checkpointing=False,
    enable_progress_bar=False, enable_model_summary=False,
)
trainer.fit(Net(), torch.utils.data.DataLoader(torch.ones(6, 2), batch_size=2))
"""


class Raising(Callback):
    """Raises what it is given, in the second epoch."""

    def __init__(self, error):
        self.error = error

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        if trainer.current_epoch == 1 and batch_idx == 1:
            raise self.error


@pytest.fixture
def interruptible():
    """Lightning ignores Ctrl-C while it tidies up, and leaves it so."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_interrupted_fails_with_the_interruption(net, make_trainer, loader, steps):
    error = KeyboardInterrupt()

    with record() as runs:
        with suppress(SystemExit, KeyboardInterrupt):  # older versions swallow it
            make_trainer(callbacks=[Raising(error)]).fit(net, loader)

        run = runs.only
    assert run.status == "FAILED"
    assert run.error.type == "KeyboardInterrupt"
    assert steps(run, "train_loss") == [1, 2, 3, 4, 5, 6]
    assert run.models == {}


def test_an_interruption_that_is_swallowed_fails_the_run_too(
    net, make_trainer, loader, monkeypatch
):
    def swallow(trainer, function, *arguments, **named):
        try:
            return function(*arguments, **named)
        except KeyboardInterrupt as error:
            for callback in trainer.callbacks:
                callback.on_exception(trainer, trainer.lightning_module, error)

    monkeypatch.setattr("lightning.pytorch.trainer.call._call_and_handle_interrupt", swallow)

    with record() as runs:
        make_trainer(callbacks=[Raising(KeyboardInterrupt())]).fit(net, loader)

        assert runs.only.status == "FAILED"
        assert runs.only.error.type == "KeyboardInterrupt"
        assert runs.only.metrics["train_loss"] > 0
        assert runs.only.models == {}


def test_a_failure_keeps_what_was_recorded_before(net, make_trainer, loader, steps):
    error = ValueError("mine")

    with record() as runs:
        with pytest.raises(ValueError, match="mine") as raised:
            make_trainer(callbacks=[Raising(error)]).fit(net, loader, loader)

        run = runs.only
    assert raised.value is error
    assert (run.status, run.error.type, run.error.message) == ("FAILED", "ValueError", "mine")
    assert steps(run, "train_loss") == [1, 2, 3, 4, 5, 6]
    assert steps(run, "val_loss") == [0]


def test_the_users_run_does_not_end_with_a_fit_that_fails(net, make_trainer, loader):
    with record() as runs, autolog.run("mine"):
        with pytest.raises(ValueError, match="mine"):
            make_trainer(callbacks=[Raising(ValueError("mine"))]).fit(net, loader)

        assert runs.only.status == "RUNNING"


def test_a_killed_fit_has_what_was_recorded_before(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED_IN_THE_THIRD_EPOCH],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr

    recover(tmp_path / ".autolog", open_sink=open_sink)

    run = autolog.get_run("last")
    assert run.status == "KILLED"
    assert run.params["optimizer_name"] == "SGD"
    assert [point.step for point in run.metric_history("loss_step")] == [1, 2, 3, 4, 5, 6]
    assert [point.step for point in run.metric_history("loss_epoch")] == [0, 1]


@pytest.mark.filterwarnings("ignore:.*num_training.*", "ignore:.*lr_scheduler.step.*")
class TestTuner:
    def test_the_search_for_a_learning_rate_records_nothing(self, net_class, make_trainer, loader):
        model = net_class()
        model.lr = 0.1
        trainer = make_trainer()

        with record() as runs:
            Tuner(trainer).lr_find(model, loader, num_training=10)
            assert list(runs) == []

            trainer.fit(model, loader)
            assert [run.status for run in runs] == ["FINISHED"]
            assert len(runs.only.metric_history("epoch_seconds")) == 2

    def test_the_search_for_a_batch_size_records_nothing(self, net_class, make_trainer, rows):
        class Sized(net_class):
            def __init__(self):
                super().__init__()
                self.batch_size = 2

            def train_dataloader(self):
                return DataLoader(TensorDataset(*rows), batch_size=self.batch_size)

            val_dataloader = train_dataloader

        model, trainer = Sized(), make_trainer()

        with record() as runs:
            Tuner(trainer).scale_batch_size(model, max_trials=2, steps_per_trial=1)
            assert list(runs) == []

            trainer.fit(model)
            assert runs.only.params["batch_size"] == str(model.batch_size)

    def test_a_finder_among_the_callbacks_is_no_part_of_the_fit(self, net, fit, steps):
        from lightning.pytorch.callbacks import LearningRateFinder

        with record() as runs:
            finder = LearningRateFinder(num_training_steps=5)
            taken = fit(net, callbacks=[finder], validated=False).global_step

            # Lightning 2.2 takes one fewer than there are batches
            assert taken in {7, 8}
            assert steps(runs.only, "train_loss") == list(range(1, taken + 1))
