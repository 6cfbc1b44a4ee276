"""The hook around `Trainer.fit`: our callback is the trainer's for as long as the fit takes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autolog.capture.effort import Effort
from autolog.capture.torch.flavor import PyTorchFlavor
from autolog.capture.torch.modules import unwrapped
from autolog.integration import Call, HookSteps, Run, guard
from autolog_lightning.checkpoints import FOLDER
from autolog_lightning.evaluations import MODE, note_fit
from autolog_lightning.loggers import joined_by_loggers
from autolog_lightning.params import FitParams
from autolog_lightning.recorder import make_recorder
from autolog_lightning.resuming import log_resumed
from autolog_lightning.trainers import callback_class, package_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARDING = frozenset({"DeepSpeedStrategy", "FSDPStrategy", "ModelParallelStrategy"})
"""Strategies under which a process has some of the weights alone."""

_RUN_VARIABLE = "AUTOLOG_RUN_ID"
"""Tells a process which run it is part of."""

_SKIPPED_TAG = "autolog.model_skipped"
"""The tag that says why a model was not kept, as of every library."""


def record_fit(call: Call, run: Run) -> HookSteps:
    """The hook around `Trainer.fit`."""
    trainer = call.instance
    run.set_tags({MODE: "training"})
    log_resumed(call, run)
    params = FitParams(run)
    with guard("reading the params of a fit", run.note_failure):
        params.log_given(call)
    library = package_of(trainer).partition(".")[0]
    recorder = make_recorder(callback_class(trainer), run, params, call.options, library)
    effort = Effort()
    with (
        among_callbacks(trainer, recorder, own_checkpoints(call, run)),
        found_by_launched(trainer, run),
        joined_by_loggers(trainer, run, params),
    ):
        try:
            yield
        finally:
            call.failure = recorder.failure
            recorder.finish(trainer)
    run.log_metrics(effort.metrics())
    model = unwrapped(trainer.lightning_module)
    run.follow(model)
    note_fit(model, trainer)
    if recorder.failure is not None:  # older versions swallow an interruption
        return
    first = recorder.first
    with guard("taking the first batch over", run.note_failure):
        first.take_over()
    strategy = type(trainer.strategy).__name__
    if strategy in _SHARDING:
        run.set_tags({_SKIPPED_TAG: f"Under {strategy} no process has the whole model."})
    else:
        run.log_model(model, PyTorchFlavor(), inputs=first.inputs, outputs=first.outputs)


@contextmanager
def found_by_launched(trainer: Any, run: Run) -> Iterator[None]:
    """Lets processes that are launched for a fit, and run the script again, find the run.

    Args:
        trainer: The trainer.
        run: The run of the fit.
    """
    if trainer.strategy.launcher is None or _RUN_VARIABLE in os.environ:
        yield
        return
    os.environ[_RUN_VARIABLE] = run.run_id
    try:
        yield
    finally:
        os.environ.pop(_RUN_VARIABLE, None)


@contextmanager
def among_callbacks(trainer: Any, recorder: object, others: list[object]) -> Iterator[None]:
    """Has callbacks of ours among those of a trainer, and takes them out again.

    They are put into the trainer's own list, since the trainer may put others there meanwhile that
    are to stay.

    Args:
        trainer: The trainer.
        recorder: Stands before all others: what these raise is nothing that it may miss.
        others: Stand after all others.
    """
    found, ours = trainer.callbacks, [recorder, *others]
    found[:] = [recorder, *found, *others]
    try:
        yield
    finally:
        for callbacks in (found, trainer.callbacks):
            # by identity, since callbacks may be equal to anything
            callbacks[:] = [one for one in callbacks if not any(one is our for our in ours)]


def own_checkpoints(call: Call, run: Run) -> list[object]:
    """Writes checkpoints into the run, if that is wanted and the trainer writes none.

    Args:
        call: The call of `Trainer.fit`.
        run: Its run.
    """
    trainer = call.instance
    # in several processes, all of them would have to take part
    if not call.options.checkpoint or trainer.checkpoint_callbacks or trainer.world_size > 1:
        return []
    callbacks = sys.modules[f"{package_of(trainer)}.callbacks"]
    return [callbacks.ModelCheckpoint(dirpath=run.files.folder / FOLDER, save_last=True)]
