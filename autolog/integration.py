"""The plugin API: everything that an integration may import from autolog's core."""

from __future__ import annotations

from autolog.capture.model.flavor import Flavor, Serialised
from autolog.context import is_recorded
from autolog.errors import (
    ModelNotLoadable,
    ModelNotSerialisable,
    ModelTooLarge,
    ModelUntrusted,
)
from autolog.events import RunError, Status
from autolog.guard import guard
from autolog.patch import HookSteps, Integration, Patch, Resumed
from autolog.patching.call import Call
from autolog.recording.run import Run
from autolog.watching import Watch, WatchedRun

__all__ = [
    "Call",
    "Flavor",
    "HookSteps",
    "Integration",
    "ModelNotLoadable",
    "ModelNotSerialisable",
    "ModelTooLarge",
    "ModelUntrusted",
    "Patch",
    "Resumed",
    "Run",
    "RunError",
    "Serialised",
    "Status",
    "Watch",
    "WatchedRun",
    "guard",
    "is_recorded",
]
