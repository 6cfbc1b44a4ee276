"""The hooks around `Trainer.validate`, `test` and `predict`: they go on with the run of a fit."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from autolog.capture.followed_models import followed_models
from autolog.capture.torch.modules import unwrapped
from autolog.capture.torch.scalars import read_scalars
from autolog.capture.weak_identity import WeakIdentities
from autolog.integration import Call, HookSteps, Run, guard
from autolog_lightning.loggers import joined_by_loggers
from autolog_lightning.params import batch_sizes, hyperparameters
from autolog_lightning.trainers import trainer_params

MODE = "Mode"
"""The tag that says what was done last, as MLflow's."""


class Fitted(msgspec.Struct, frozen=True):
    """What the last fit of a model has left.

    Attributes:
        epochs: How many epochs of it there were.
        names: The names of its metrics.
    """

    epochs: int = 0
    names: frozenset[str] = frozenset()


_NOT_FITTED = Fitted()
_fitted: WeakIdentities[Fitted] = WeakIdentities()


def note_fit(model: Any, trainer: Any) -> None:
    """Notes what a fit has left.

    Args:
        model: The model that was fitted.
        trainer: What has fitted it.
    """
    _fitted.set(model, Fitted(trainer.current_epoch, frozenset(trainer.callback_metrics)))


def run_of_model(call: Call, _run_of_file: object = None) -> Run | None:
    """The run of the last fit of the model that is to be evaluated, if it was recorded."""
    run: Run | None = followed_models.get(_model(call))
    return run


def record_validation(call: Call, run: Run) -> HookSteps:
    """The hook around `Trainer.validate`."""
    yield from _record(call, run, "validating", "val")


def record_test(call: Call, run: Run) -> HookSteps:
    """The hook around `Trainer.test`."""
    yield from _record(call, run, "testing", "test")


def record_prediction(call: Call, run: Run) -> HookSteps:
    """The hook around `Trainer.predict`."""
    yield from _record(call, run, "predicting", "predict")


def _record(call: Call, run: Run, mode: str, stage: str) -> HookSteps:
    trainer = call.instance
    run.set_tags({MODE: mode})
    with guard("reading the params of a trainer", run.note_failure):
        checkpoint = call.get("ckpt_path")
        run.log_params({} if checkpoint is None else {f"{stage}_ckpt_path": checkpoint})
        if run_of_model(call) is None:
            run.log_params(hyperparameters(_model(call)) | dict(trainer_params(trainer)))
    before, began = dict(trainer.callback_metrics), time.perf_counter()
    with joined_by_loggers(trainer, run):
        result = yield
    seconds = time.perf_counter() - began
    with guard("reading the batch sizes", run.note_failure):
        run.log_params(batch_sizes(getattr(trainer, f"{stage}_dataloaders", None), f"{stage}_"))
    found = {
        name: value
        for name, value in trainer.callback_metrics.items()
        # where other processes were launched for it, those of the fit are still there
        if before.get(name) is not value
    }
    floats = dict(zip(found, read_scalars(list(found.values())), strict=True))
    floats[f"{stage}_seconds"] = seconds
    if stage == "predict" and isinstance(result, list):
        floats["predict_batches"] = float(_count_batches(result))
    fitted = _fitted.get(_model(call)) or _NOT_FITTED
    # the epochs of the fit have metrics of the same names; these stand behind all of them
    behind = floats if stage == "val" else fitted.names
    late = {name: value for name, value in floats.items() if name in behind}
    for metrics, step in ((late, fitted.epochs), (floats.keys() - late, 0)):
        if metrics:
            run.log_point({name: floats[name] for name in sorted(metrics)}, step)


def _count_batches(result: list[Any]) -> int:
    """How many batches were predicted for; of several loaders, each has a list of its own."""
    if result and all(isinstance(one, list) for one in result):
        return sum(map(len, result))
    return len(result)


def _model(call: Call) -> Any:
    model = call.get("model")
    return call.instance.lightning_module if model is None else unwrapped(model)
