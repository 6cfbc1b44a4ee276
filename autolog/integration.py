"""The plugin API: everything that an integration may import from autolog's core."""

from __future__ import annotations

from autolog.capture.model.flavor import Flavor, RenderingFlavor, Serialised
from autolog.config.sources import is_every_rank_recorded
from autolog.context import enter_recording
from autolog.errors import (
    ModelFailed,
    ModelNotLoadable,
    ModelNotSerialisable,
    ModelTooLarge,
    ModelUntrusted,
)
from autolog.events import RunError, Status
from autolog.guard import guard
from autolog.patch import HookSteps, Integration, Patch, Resumed, RunOfFile
from autolog.patching.call import Call
from autolog.patching.wrapper import skipped_by_warnings
from autolog.recording.run import Run
from autolog.saying import say_once
from autolog.watching import Watch, WatchedRun

__all__ = [
    "Call",
    "Flavor",
    "HookSteps",
    "Integration",
    "ModelFailed",
    "ModelNotLoadable",
    "ModelNotSerialisable",
    "ModelTooLarge",
    "ModelUntrusted",
    "Patch",
    "RenderingFlavor",
    "Resumed",
    "Run",
    "RunError",
    "RunOfFile",
    "Serialised",
    "Status",
    "Watch",
    "WatchedRun",
    "enter_recording",
    "guard",
    "is_every_rank_recorded",
    "say_once",
    "skipped_by_warnings",
]
