"""Where the events of a process's runs go, and what making them takes."""

from __future__ import annotations

import threading
import uuid
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from autolog.capture.redaction import Redactor
from autolog.config.sources import is_other_rank
from autolog.events import new_clock
from autolog.recording.background import BackgroundWork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autolog.events import Event
    from autolog.recording.run import Run


def new_run_id() -> str:
    """32 hexadecimal digits, different at each call."""
    return uuid.uuid4().hex


def discard(_event: Event) -> None:
    """Stands for the delivery where nothing is to be recorded."""


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
    clock: Callable[[], int] = msgspec.field(default_factory=new_clock)
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


class Emission:
    """Sets a channel's `emit`, which is asked for each event and is to have nothing to decide.

    Args:
        channel: Where runs send their events.
        keep: Keeps an event; what it has returned for survives the process.
    """

    def __init__(self, channel: Channel, keep: Callable[[Event], None]) -> None:
        self._channel = channel
        self._keep = keep
        self._hear: Callable[[Event], None] | None = None
        channel.emit = self._emit_first

    def listen(self, hear: Callable[[Event], None]) -> None:
        """Has each event told to a function too, once it is kept.

        Args:
            hear: Called amid the user's training, in the thread that tells the event; it is quick
                and never fails. Whoever listened before does so no more.
        """
        if self._hear != hear:
            self._hear = hear
            self.start_anew()

    def start_anew(self) -> None:
        """Decides again with the next event, as in a forked child."""
        if self._channel.emit is not discard:
            self._channel.emit = self._emit_first

    def _emit_first(self, event: Event) -> None:
        """Keeps the first event, or none: a process may learn late that it is not to record."""
        if is_other_rank():
            self._channel.keeps_files = False
            self._channel.emit = discard
        elif self._hear is None:
            self._channel.emit = self._keep
        else:
            self._channel.emit = partial(_keep_and_tell, self._keep, self._hear)
        self._channel.emit(event)


def _keep_and_tell(
    keep: Callable[[Event], None], tell: Callable[[Event], None], event: Event
) -> None:
    keep(event)
    tell(event)
