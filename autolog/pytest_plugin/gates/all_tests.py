"""Holds all tests to `--autolog-fail`, each as the last step of its call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.runs.recording import recording_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper
    from autolog.pytest_plugin.runs.attempts import Attempt


class GatesOfAllTests(Hooks):
    """The plugin that holds every test to `--autolog-fail`, as the last step of its call."""

    def __init__(self, gatekeeper: Gatekeeper) -> None:
        self._gatekeeper = gatekeeper

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fails a call that has passed, where a metric is worse than it may be."""
        result = yield
        recording = recording_of(item.config)
        attempt = None if recording is None else recording.attempt_at(item)
        if attempt is not None:
            self._hold(attempt.nodeid, attempt)
        return result

    def _hold(self, test: str, attempt: Attempt) -> None:
        try:
            found = list(self._gatekeeper.check_all(test, attempt.metrics()))
        except ConfigurationError as error:
            pytest.fail(str(error), pytrace=False)
        attempt.checks += [check.record() for check in found]
        complaints = [text for text in map(self._gatekeeper.complaint, found) if text is not None]
        if complaints:
            pytest.fail("\n".join(complaints), pytrace=False)
