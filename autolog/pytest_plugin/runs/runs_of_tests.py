"""Every test has a run, which begins with the first that is trained or logged in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.guard import guard
from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.runs.attempts import Attempt
from autolog.pytest_plugin.runs.marker import configuration_with, wishes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.settings import Configuration
    from autolog.pytest_plugin.runs.recording import Recording
    from autolog.session import Session


class RunsOfTests(Hooks):
    """The plugin that begins an attempt before anything of a test is set up.

    Args:
        recording: What tests are recorded into.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begins an attempt."""
        recording, wishes = self._recording, wishes_of(item)
        if not recording.is_under_way:
            with guard("recording again"):
                recording.begin_again()
        attempt = Attempt(item, recording, tags=wishes.tags, enabled=wishes.enabled)
        attempt.surround()
        if wishes.libraries:
            attempt.at_the_end(self._set_options(wishes.libraries).undo)
        if recording.records_all and wishes.enabled:
            with guard("beginning the run of a test"):
                _ = attempt.run.run_id

    def _set_options(self, libraries: Mapping[str, object]) -> _Options:
        session = self._recording.session()
        try:
            options = _Options(session, configuration_with(libraries, session))
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from error
        if session.is_recording:
            session.record()  # what is switched on for this test alone is not patched yet
        return options


class _Options:
    """Options of a session for a while."""

    def __init__(self, session: Session, configuration: Configuration) -> None:
        self._session = session
        self._earlier = session.configuration
        self._own = session.configuration = configuration

    def undo(self) -> None:
        """Restores the earlier ones, unless somebody has set others meanwhile."""
        if self._session.configuration is self._own:
            self._session.configuration = self._earlier
