"""What is recorded of Lightning, for the documentation."""

from __future__ import annotations

from autolog.capture.effort import EFFORT
from autolog.capture.torch.flavor import WEIGHTS
from autolog.capture.torch.modules import MODEL_SUMMARY
from autolog.capture.torch.usage import USAGE
from autolog_lightning.epochs import EPOCH_SECONDS, SAMPLES_PER_SECOND
from autolog_lightning.evaluations import MODE
from autolog_lightning.resuming import RESUMED_FROM

_OPTIMIZERS = "`optimizer_name` and its settings, `optimizer_2_...`, `scheduler_...`"
_STOPPING = "stopped_epoch, restored_epoch, best_score, wait_count"

RECORDS: tuple[tuple[str, str], ...] = (
    ("runs", "`fit`; `validate`, `test`, `predict` go on with the run of the model's last fit"),
    ("params of the trainer", "its arguments as given, `epochs`, precision, strategy, devices"),
    ("params of the module", "`save_hyperparameters()`, the data module's too; its parameters"),
    ("params of optimizers", _OPTIMIZERS),
    ("params of the data", "batch_size, val_batch_size, test_batch_size"),
    ("metrics of each step", "what is logged with each step; `lr-<optimizer>`; the global step"),
    ("metrics of each epoch", "everything else in `callback_metrics`; the step is the epoch"),
    ("speed", f"{EPOCH_SECONDS}, {SAMPLES_PER_SECOND}, {', '.join(EFFORT)}"),
    ("early stopping", f"monitor, mode, patience, min_delta; {_STOPPING}"),
    ("checkpoints", "the best and the last of `ModelCheckpoint`, where they lie; best_model_path"),
    ("model", f"`model`: a pickle and `{WEIGHTS}` in MLflow's MLmodel format; `{MODEL_SUMMARY}`"),
    ("several processes", "one run, written by the first; the metrics as Lightning reduces them"),
    ("each process, on request", f"rank_1_{', rank_1_'.join(USAGE)}, with each epoch"),
    ("tags", f"{MODE}; {RESUMED_FROM}: the run of the checkpoint that a fit resumes from"),
)
"""Pairs of a kind and a text."""
