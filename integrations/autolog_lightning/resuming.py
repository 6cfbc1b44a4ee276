"""Fits that resume from a checkpoint: they go on with the run that wrote it, or name that run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autolog.integration import Call, Run, RunOfFile

RESUMED_FROM = "resumed_from"
"""The tag that names the run that a checkpoint is of."""

_PATHS_OF_TRAINER = {"best": "best_model_path", "last": "last_model_path"}
_MEMORY = "resumed"


def run_to_resume(call: Call, run_of_file: RunOfFile) -> str | None:
    """The run that a fit is to go on with; `None` where it gets one of its own.

    Args:
        call: The call of `Trainer.fit`.
        run_of_file: Finds the run that a checkpoint is of.
    """
    checkpoint = call.get("ckpt_path")
    if checkpoint in _PATHS_OF_TRAINER:
        callback = call.instance.checkpoint_callback
        checkpoint = getattr(callback, _PATHS_OF_TRAINER[checkpoint], None)
    if not checkpoint or not Path(checkpoint).is_file():
        return None
    found = run_of_file(str(Path(checkpoint).absolute()))
    call.memory[_MEMORY] = found
    return found if call.options.resume_run else None


def log_resumed(call: Call, run: Run) -> None:
    """Names the run of the checkpoint, where another is recorded into.

    Args:
        call: The call of `Trainer.fit`.
        run: Its run.
    """
    found = call.memory.get(_MEMORY)
    if found is not None and found != run.run_id:
        run.set_tags({RESUMED_FROM: found})
