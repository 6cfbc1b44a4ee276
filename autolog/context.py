"""Which run is current, and whether a recorded call is under way around the running code."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from autolog.recording.run import Run


class Scope(msgspec.Struct, frozen=True):
    """What holds for the code that runs now, in this thread or asyncio task.

    Attributes:
        run: The run that manual logging goes to.
        recorded_by: The library whose call is being recorded around this code. Nested calls of
            patched functions pass straight through then.
    """

    run: Run | None = None
    recorded_by: str | None = None


scope: ContextVar[Scope | None] = ContextVar("autolog_scope", default=None)
"""The current scope; carried into pool threads (see `patching.threads`)."""

last_recorded: ContextVar[Run | None] = ContextVar("autolog_last_recorded", default=None)
"""The run that a recorded call of this thread or task ended last."""

SILENT = ""
"""Stands for a library in `Scope.recorded_by` where calls are silent but nothing is recorded."""


outside = Scope()
"""The scope of code that is in no other: its run, if it has one, lasts until the script ends."""


def current_scope() -> Scope:
    """What holds for the code that runs now."""
    return scope.get() or outside


def enter_recording(run: Run, library: str) -> None:
    """Goes on with a recorded call in a process that its library has launched in its midst.

    Args:
        run: The run of the call.
        library: The integration's name.
    """
    scope.set(Scope(run, library))
    run.close_with_process()


def current_run() -> Run | None:
    """The run that manual logging goes to, if one is open."""
    return (scope.get() or outside).run
