"""What the tests of a process are recorded into, from pytest's start to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.process import begin_recording, current_session, ensure_session

if TYPE_CHECKING:
    from autolog.events import Event
    from autolog.pytest_plugin.runs.attempts import Attempt
    from autolog.pytest_plugin.runs.session_run import SessionRun
    from autolog.recording.run import Run
    from autolog.session import Session


_RECORDING = pytest.StashKey["Recording"]()


def recording_of(config: pytest.Config) -> Recording | None:
    """What the tests are recorded into, if they are recorded."""
    return config.stash.get(_RECORDING, None)


def keep_recording(config: pytest.Config, recording: Recording) -> None:
    """Has `recording_of` find what tests are recorded into, and its attempts ended."""
    from autolog.pytest_plugin.runs.attempts import Reporter

    config.stash[_RECORDING] = recording
    config.pluginmanager.register(Reporter(recording), "autolog-reporter")


class Recording:
    """Knows the session of autolog's, which tests may exchange, and the test that is under way.

    Args:
        session_run: The run that those of tests belong under; None where nothing is kept.
        records_all: Whether a test that neither trains nor logs anything has a run as well.

    Attributes:
        attempt: The attempt at a test that is under way.
        attempts: How many attempts at each test have begun.
    """

    def __init__(self, session_run: SessionRun | None = None, *, records_all: bool = False) -> None:
        self.session_run = session_run
        self.records_all = records_all
        self.attempt: Attempt | None = None
        self.attempts: dict[pytest.Item, int] = {}

    def attempt_at(self, item: pytest.Item) -> Attempt | None:
        """The attempt at a test, while it is under way."""
        attempt = self.attempt
        return attempt if attempt is not None and attempt.item is item else None

    def session(self) -> Session:
        """The session of this moment, whose events are listened to from now on."""
        session = ensure_session()
        session.emission.listen(self._hear)
        return session

    @property
    def is_under_way(self) -> bool:
        """Whether libraries are recorded now."""
        session = current_session()
        return session is not None and session.is_recording

    def begin_again(self) -> None:
        """Has libraries recorded, unless that is so, or a `conftest.py` says otherwise.

        A test may have ended the session, or exchanged it for its own.
        """
        session = current_session()
        if not self.is_under_way and (session is None or not session.settings().disable):
            is_joined = self.session_run is not None and self.session_run.is_joined
            begin_recording({}, below_others=is_joined)

    def parent(self, session: Session) -> Run | None:
        """The run to open others under, as a run of the session of this moment."""
        return None if self.session_run is None else self.session_run.within(session)

    def _hear(self, event: Event) -> None:
        attempt = self.attempt
        if attempt is not None:
            attempt.heard.hear(event)


def begin(config: pytest.Config) -> None:
    """Has tests recorded from now on.

    Args:
        config: The configuration of pytest.

    Raises:
        pytest.UsageError: The options of autolog's that are set somewhere cannot be read.
    """
    from autolog.pytest_plugin.gates.holding import begin_gates
    from autolog.pytest_plugin.runs.fixture_runs import FixtureRuns
    from autolog.pytest_plugin.runs.runs_of_tests import RunsOfTests
    from autolog.pytest_plugin.runs.session_run import SessionRun, keep_session_run
    from autolog.pytest_plugin.runs.sessions import Sessions
    from autolog.pytest_plugin.runs.workers import Workers, told_by_controller

    begin_gates(config)
    is_first = current_session() is None
    session_run = SessionRun(config, told_by_controller(config))
    keep_session_run(config, session_run)
    records_all = config.option.autolog_all or config.getini("autolog_all")
    recording = Recording(session_run, records_all=bool(records_all))
    try:
        recording.begin_again()
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error
    keep_recording(config, recording)
    register = config.pluginmanager.register
    register(RunsOfTests(recording), "autolog-test-runs")
    register(FixtureRuns(recording), "autolog-fixture-runs")
    register(Sessions(recording, session_run, closes=is_first), "autolog-sessions")
    register(Workers(session_run), "autolog-workers")
