"""Trainings of two processes are one run, which the first of them writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

import autolog

TRAINING = """
import json, logging, os, sys, warnings
warnings.simplefilter("ignore")
import torch, lightning
import autolog
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
autolog.autolog(silent=True, lightning={"rank_metrics": "with_ranks" in sys.argv})

class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def forward(self, x):
        return self.layer(x)

    def training_step(self, batch, number):
        loss = self(batch).square().mean()
        self.log("loss", loss, on_step=True, on_epoch=True, sync_dist=True)
        self.log("rank", float(self.global_rank), on_epoch=True, on_step=False, sync_dist=True)
        return loss

    def validation_step(self, batch, number):
        self.log("val_loss", self(batch).square().mean(), sync_dist=True)

    def test_step(self, batch, number):
        self.log("test_loss", self(batch).square().mean(), sync_dist=True)

    def on_train_epoch_end(self):
        # a talk between the processes, right where an epoch is recorded
        self.log("sum", self.all_gather(torch.tensor(1.0)).sum())
        if "AUTOLOG" not in os.environ:
            autolog.log_metric("by_hand", 1.0, step=self.current_epoch)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

def train():
    torch.manual_seed(0)
    rows = torch.arange(24.0).reshape(12, 2) / 24
    loader = torch.utils.data.DataLoader(rows, batch_size=2)
    trainer = lightning.Trainer(
        accelerator="cpu", devices=2, strategy=sys.argv[1], max_epochs=2, logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
    )
    model = Net()
    trainer.fit(model, loader, loader)
    trainer.test(model, loader, verbose=False)
    if trainer.is_global_zero:
        weights = [values.tolist() for values in model.parameters()]
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        return weights, metrics

if __name__ == "__main__":
    if sys.argv[2] == "both":
        os.environ["AUTOLOG"] = "0"
        bare = train()
        del os.environ["AUTOLOG"]
    else:
        bare = None
    recorded = train()
    if recorded:
        print(json.dumps([bare, recorded]))
    # gloo's threads may abort a process that ends while they are still at work
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
"""


@pytest.fixture
def train(tmp_path):
    """Trains; gives the weights and the metrics of the first process, without and with autolog."""
    script = tmp_path / "training.py"
    script.write_text(TRAINING)

    def run(strategy, how, *launcher, more=()):
        process = subprocess.Popen(
            [sys.executable, *launcher, str(script), strategy, how, *more],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        assert process.returncode == 0, errors
        return json.loads(output.splitlines()[-1])

    return run


def assert_one_run(metrics):
    (run,) = autolog.search_runs(output="list")
    histories = {
        name: run.metric_history(name) for name in ("loss_step", "loss", "val_loss", "rank", "sum")
    }
    assert run.status == "FINISHED"
    assert [point.step for point in histories["loss_step"]] == [1, 2, 3, 4, 5, 6]
    assert [point.step for point in histories["val_loss"]] == [0, 1]
    assert [point.value for point in histories["rank"]] == [0.5, 0.5]
    assert [point.value for point in histories["sum"]] == [2.0, 2.0]
    assert [point.value for point in run.metric_history("by_hand")] == [1.0, 1.0]
    assert run.metrics["test_loss"] == metrics["test_loss"]
    assert run.params["devices"] == "2"
    assert run.params["batch_size"] == "2"
    assert [artifact.path for artifact in run.artifacts][-1] == "model_summary.txt"
    signature = json.loads(run.models[0].signature["inputs"])
    assert signature[0]["tensor-spec"]["shape"] == [-1, 2]
    return run


def assert_ranks_told(run):
    for rank in (0, 1):
        for name in ("cpu_percent", "peak_rss_bytes"):
            told = run.metric_history(f"rank_{rank}_{name}")
            assert [point.step for point in told] == [0, 1]
            assert min(point.value for point in told) > 0


def test_processes_that_run_the_script_again_are_one_run_and_train_the_same(train):
    bare, recorded = train("ddp", "both")

    assert recorded == bare
    assert assert_one_run(recorded[1]).params["strategy"] == "ddp"


def test_processes_that_run_the_script_again_tell_what_they_take_if_each_is_to_record(
    train, monkeypatch
):
    monkeypatch.setenv("AUTOLOG_EVERY_RANK", "1")

    train("ddp", "recorded", more=["with_ranks"])

    (run,) = autolog.search_runs(output="list")
    assert_ranks_told(run)


def test_processes_of_torchrun_are_one_run_and_train_the_same(train):
    bare, recorded = train("ddp", "both", "-m", "torch.distributed.run", "--nproc-per-node=2")

    assert recorded == bare
    run = assert_one_run(recorded[1])
    assert [name for name in run.metrics if name.startswith("rank_")] == []


def test_forked_processes_are_one_run_and_train_the_same(train):
    bare, recorded = train("ddp_notebook", "both")

    assert recorded == bare
    assert assert_one_run(recorded[1]).params["strategy"] == "ddp_notebook"


def test_spawned_processes_are_one_run_and_train_the_same(train):
    bare, recorded = train("ddp_spawn", "both", more=["with_ranks"])

    assert recorded == bare
    run = assert_one_run(recorded[1])
    assert run.params["strategy"] == "ddp_spawn"
    assert_ranks_told(run)
