"""The plugin API: everything that an integration may import from autolog's core."""

from __future__ import annotations

from autolog.capture.model.flavor import Flavor, Serialised
from autolog.guard import guard
from autolog.hooks import HookSteps, Integration, Patch
from autolog.patching.call import Call
from autolog.recording.run import Run

__all__ = [
    "Call",
    "Flavor",
    "HookSteps",
    "Integration",
    "Patch",
    "Run",
    "Serialised",
    "guard",
]
