"""The run of a session of tests, which the runs of its tests belong under."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from autolog.capture.params import cut
from autolog.events import RunStarted
from autolog.guard import guard
from autolog.process import ensure_session
from autolog.pytest_plugin.runs.continuous_integration import branch_of, variables_of
from autolog.pytest_plugin.runs.workers import Told
from autolog.recording.channel import new_run_id
from autolog.recording.waiting_run import WaitingRun

if TYPE_CHECKING:
    from autolog.recording.run import Run
    from autolog.session import Session

_LONGEST_NAME = 120
_SESSION_RUN = pytest.StashKey["SessionRun"]()


def session_run_of(config: pytest.Config) -> SessionRun | None:
    """The run of the session of tests, if it is recorded; in workers of pytest-xdist too."""
    return config.stash.get(_SESSION_RUN, None)


def keep_session_run(config: pytest.Config, session_run: SessionRun) -> None:
    """Has `session_run_of` find the run."""
    config.stash[_SESSION_RUN] = session_run


class SessionRun:
    """One run, whatever tests do to the session of autolog's, and in all processes of pytest's.

    It begins with the first run of a test, or at the end, so that what a `conftest.py` says of
    sinks counts for it too, and so that no thread runs for it while tests do. Its id is known
    before, to processes that are forked meanwhile.

    Args:
        config: The configuration of pytest.
        told: What the controller has told of it, in a worker.

    Attributes:
        run: The run.
        run_id: Its id.
        session: The session of autolog's that it has begun in, or gone on in, last.
    """

    session: Session | None = None

    def __init__(self, config: pytest.Config, told: Told | None) -> None:
        self._config = config
        self._pid = None if hasattr(config, "workerinput") else os.getpid()
        self._told = told or Told(new_run_id(), _name(config), None, time.time_ns(), None)
        self._known_to = {self._told.destinations}
        self.run_id = self._told.run_id
        self.run = WaitingRun(self._begin)

    @property
    def is_joined(self) -> bool:
        """Whether another process has it, of which this is a worker or a fork."""
        return self._pid != os.getpid()

    def within(self, session: Session) -> Run:
        """The run as one of a session."""
        if self.run.has_begun and not session.owns(self.run):
            self.run.outlives_session()
        return self.run

    def told(self) -> Told:
        """What workers are told; the run begins now, if it has not begun."""
        settings, told = ensure_session().settings(), self._told
        experiment = self.run.experiment
        return Told(told.run_id, told.name, experiment, told.started, settings.destinations)

    def _begin(self, known_id: str | None) -> Run:
        session = ensure_session()
        if known_id is None and not self.is_joined:
            run = self._started(session)
        else:
            run = self._joined(session)
        self.session = session
        self._known_to.add(session.settings().destinations)
        run.claim()  # what is trained beside all tests takes a child, as a test does
        return run

    def _started(self, session: Session) -> Run:
        told = self._told
        run = session.start_run(told.name, None, None, time_ns=told.started, run_id=told.run_id)
        with guard("describing a session of tests", run.note_failure):
            run.set_tags(
                {
                    "pytest.kind": "session",
                    "pytest.version": pytest.__version__,
                    "pytest.rootdir": str(self._config.rootpath),
                    **branch_of(),
                    **variables_of(),
                }
            )
        return run

    def _joined(self, session: Session) -> Run:
        """The run in another session than it began in, perhaps with other sinks."""
        told = self._told
        if self.is_joined:
            run = session.joined_run(told.run_id)
        else:
            run, _ = session.reopen_run(told.run_id)
        run.name, run.experiment = told.name, told.experiment or run.experiment
        if self._pid != os.getpid() and self._pid is not None:
            return run  # the process that this one was forked from tells of it
        if session.settings().destinations not in self._known_to:
            run.emit_at(told.started, RunStarted, run.name, run.experiment, None, {})
            run.set_tags({"pytest.kind": "session"})
        return run


def _name(config: pytest.Config) -> str:
    chosen = getattr(config.known_args_namespace, "file_or_dir", None) or ()
    return cut(" ".join(["pytest", *map(str, chosen)]), _LONGEST_NAME)
