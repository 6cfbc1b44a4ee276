"""What is recorded of PyTorch's loops, for the documentation."""

from __future__ import annotations

from autolog.capture.torch.modules import MODEL_SUMMARY
from autolog_torch.checkpoints import FOLDER
from autolog_torch.entries import (
    EPOCH_LOSS,
    EPOCH_SECONDS,
    GRADIENT_NORM,
    LOSS,
    STEPS_PER_SECOND,
)

_SETTINGS = "optimizer_name, its settings; scheduler_name, scheduler_...; loss_function; batch_size"
_SIZES = "model_class, parameters, trainable_parameters"
_STEPS = f"{LOSS} (the sum of those since the step before), lr-<optimizer> where it changes"
_EPOCHS = f"{EPOCH_LOSS}, {EPOCH_SECONDS}, {STEPS_PER_SECOND}"

RECORDS: tuple[tuple[str, str], ...] = (
    ("runs", "one per training: the optimizers of one model, or that step in turn"),
    ("params", f"{_SETTINGS}; {_SIZES}"),
    ("metrics of each step", f"{_STEPS}; on request {GRADIENT_NORM}"),
    ("metrics of a second optimizer", f"{LOSS}_2, {GRADIENT_NORM}_2, lr-<optimizer>"),
    ("metrics of each epoch", _EPOCHS),
    (
        "validation",
        "val_loss: the mean of what the loss, if it is a module, computes without gradients",
    ),
    ("model", f"`model`, if it is there at the end, in MLflow's MLmodel format; {MODEL_SUMMARY}"),
    ("checkpoints", f"`{FOLDER}/...`: where `torch.save` and `Fabric.save` have put models"),
    ("TensorBoard", "the scalars and hyperparameters that a `SummaryWriter` writes"),
)
"""Pairs of a kind and a text."""
