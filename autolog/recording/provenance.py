"""Tells each top-level run what it was made with, once a background thread has found out."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from autolog.capture.environment import Environment, capture_environment, entry_script
from autolog.fork_gate import fork_gate
from autolog.guard import guard

if TYPE_CHECKING:
    from autolog.recording.channel import Channel
    from autolog.recording.run import Run

GIT_SECONDS = 2.0

_NEEDED = ("pwd", "subprocess")
"""What capturing imports, to be imported where no fork can come between."""


class Provenance:
    """Captures the environment of the process once, off the training thread.

    Args:
        channel: Has the redactor, which masks secrets in command lines and URLs.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._environment: Environment | None = None
        self._thread: threading.Thread | None = None
        self._waiting: list[Run] = []
        self._is_wanted = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Starts to find out, unless that was done already."""
        with self._lock:
            if self._environment is None and self._thread is None:
                self._thread = threading.Thread(
                    target=self._capture,
                    args=(Path.cwd(), entry_script()),
                    name="autolog-environment",
                    daemon=True,
                )
                self._thread.start()

    def attach(self, run: Run) -> None:
        """Notes the environment on a run, now or as soon as it is known."""
        self.begin()
        with self._lock:
            self._is_wanted = True
            environment = self._environment
            if environment is None:
                self._waiting.append(run)
        if environment is not None:
            run.log_environment(environment)

    def wait(self) -> None:
        """Waits until the environment is noted on every run so far; git's time limit at most."""
        if self._is_wanted:
            self.wait_for_capture()

    def wait_for_capture(self) -> None:
        """Waits until nothing of this is under way; git's time limit at most."""
        if self._thread is not None:
            self._thread.join(GIT_SECONDS)

    def after_fork(self) -> None:
        """Starts afresh in a forked child, which has none of the parent's threads."""
        self._lock = threading.Lock()
        self._thread = None
        self._waiting = []
        self._is_wanted = False

    def _capture(self, start: Path, script: str) -> None:
        with guard("capturing the environment"):
            with fork_gate.importing():
                for module in _NEEDED:
                    import_module(module)
            environment = capture_environment(
                start, script, git_timeout=GIT_SECONDS, redactor=self._channel.redactor
            )
            with self._lock:
                self._environment = environment
                waiting, self._waiting = self._waiting, []
            for run in waiting:
                run.log_environment(environment)
