"""Where the events of a process's runs go, and what making them takes."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

import msgspec

from autolog.capture.redaction import Redactor
from autolog.events import Clock
from autolog.recording.background import BackgroundWork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autolog.events import Event
    from autolog.recording.run import Run


def new_run_id() -> str:
    """32 hexadecimal digits, different at each call."""
    return uuid.uuid4().hex


class Channel(msgspec.Struct):
    """Where the events of runs go, and what making them takes.

    Attributes:
        emit: Takes an event; what it has returned for survives the process.
        artifacts: The folder that holds a folder of files per run.
        clock: Tells the time of events.
        new_run_id: Makes the ids of new runs.
        redactor: Masks secrets in params, tags and texts.
        open_runs: The runs that this process started and has not ended yet.
        artifact_store: The URL of the store that files are uploaded to, without secrets.
        keeps_files: Whether the folder can be written; models and plots are left out elsewhere.
        background: Does what nobody has to wait for.
        rejoin: Gives a run of the channel by its id, in another process too: it can be pickled.
        close_with_process: Has what is recorded delivered when the process ends, where that is
            one of `multiprocessing`, which runs no exit handlers.
        replacing: Held while a folder of files gives its place to another, and while one is worked
            on that must not.
    """

    emit: Callable[[Event], None]
    artifacts: Path
    clock: Callable[[], int] = msgspec.field(default_factory=Clock)
    new_run_id: Callable[[], str] = new_run_id
    redactor: Redactor = msgspec.field(default_factory=Redactor)
    open_runs: dict[str, Run] = msgspec.field(default_factory=dict)
    keeps_files: bool = True
    background: BackgroundWork = msgspec.field(default_factory=BackgroundWork)
    rejoin: Callable[[str], Run] | None = None
    close_with_process: Callable[[], None] = lambda: None
    replacing: threading.Lock = msgspec.field(default_factory=threading.Lock)
    artifact_store: str | None = None

    def start_anew(self) -> None:
        """Leaves to the parent what is the parent's, in a forked child."""
        self.open_runs.clear()
        self.background.start_anew()
        self.replacing = threading.Lock()  # the parent's may be held by a thread of the parent
