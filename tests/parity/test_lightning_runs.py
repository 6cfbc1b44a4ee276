"""Fits of Lightning are recorded as by MLflow, but for what is told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

from tools.parity.contract import RunParity, because, run_table

TABLE = run_table("lightning_runs", lightning="lightning")
LIVE = ["a loss per step and epoch", "early stopping"]

BEYOND = {
    r"\+ params/(?!epochs|optimizer_name|lr).*": (
        "the trainer's arguments, every optimizer and scheduler, the model, the batches"
    ),
    r"\+ metrics/(fit_seconds|fit_cpu_seconds|peak_rss_bytes|test_seconds)": "what it took, too",
    r"\+ metrics/(epoch_seconds|samples_per_second)": "how fast each epoch was",
    r"\+ metrics/lr-\w+": "the learning rate of each step",
    r"\+ artifacts/checkpoints/best.ckpt": "the user's checkpoint is noted where it lies",
    r"\+ tags/warnings\.\w+": "what a fit has warned of",
    r"- artifacts/checkpoints": (
        "MLflow writes checkpoints of its own, though the user's callback does"
    ),
}
"""What differs in many cases, with the reason."""


OF_STEPS = "what is logged with each step is recorded with each step, not the last of an epoch"
ONE_NAME = "MLflow knows the callbacks of `pytorch_lightning` alone"
DIFFERENCES = {
    "a loss per step": because(OF_STEPS, "~ metrics/train_loss"),
    "a loss per step and epoch": because(OF_STEPS, "~ metrics/train_loss_step"),
    "early stopping": because(
        "it is what the callback begins with, and says nothing", "- params/stopped_epoch"
    )
    | because(
        "it is kept in the run, of which it is the best", "- artifacts/restored_model_checkpoint"
    ),
    "early stopping of the other name": because(
        ONE_NAME,
        *(f"+ metrics/{name}" for name in ("best_score", "wait_count")),
        *(f"+ metrics/{name}" for name in ("restored_epoch", "stopped_epoch")),
    ),
    "two inputs": because("MLflow has signatures of one tensor", "~ models/model"),
}
"""By case: what else differs, with the reason."""


class TestLightningRuns(RunParity):
    """The contract of tables, for this one."""

    table, live, beyond, differing = TABLE, LIVE, BEYOND, DIFFERENCES

    def options_of(self, training):
        return training.ours
