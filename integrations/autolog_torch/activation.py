"""The loops of this process, from the activation of the integration on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autolog_torch.loops import Loops

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.integration import Run, Watch

_active: list[Loops] = []


def watch_loops(watch: Watch) -> None:
    """Has the loops of the process recorded, as long as the integration is active."""
    loops = Loops(watch)
    _active.append(loops)
    watch.until_the_end(lambda: _active.remove(loops))
    loops.begin()


def active_run() -> Run | None:
    """The run that is meant by what the user writes elsewhere; `None` before there is one."""
    return _active[-1].active_run() if _active else None


def log_when_active(log: Callable[[Run], None]) -> None:
    """Logs something into that run; once there is one, if there is none yet.

    Args:
        log: Logs it.
    """
    run = active_run()
    if run is not None:
        log(run)
    elif _active:
        _active[-1].waiting.append(log)


def _start_anew() -> None:
    for loops in _active:
        loops.start_anew()


os.register_at_fork(after_in_child=_start_anew)
