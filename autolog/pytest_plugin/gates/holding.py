"""Holds all tests to `--autolog-fail`, each as the last step of its call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.baselines import DEFAULT_FILE, folder_of_ini
from autolog.pytest_plugin.reports.reporting import REPORTS, Reports
from autolog.pytest_plugin.runs.recording import recording_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Generator

    from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper
    from autolog.pytest_plugin.runs.attempts import Attempt

_OPTIONS = ("fail", "baseline", "update_baseline", "strict_baseline")
_OF_THE_INI_FILE = ("fail", "baseline", "strict_baseline")


def begin_gates(config: pytest.Config, counts: Counter[str]) -> None:
    """Registers the plugins that hold tests to their baselines, and report of that.

    Where nothing is said of baselines, nothing about them is imported before a test asks for one.

    Args:
        config: The configuration of a process that runs tests, or that reports of them.
        counts: Gets how many tests came to what, where that is reported.

    Raises:
        UsageError: One of the options of gates, or the file of baselines, cannot be read.
    """
    gatekeeper = _gatekeeper(config) if _are_asked_for(config) else None
    if gatekeeper is not None and gatekeeper.options:
        config.pluginmanager.register(GatesOfAllTests(gatekeeper), "autolog-gates")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reports(config, gatekeeper, counts), REPORTS)


def _are_asked_for(config: pytest.Config) -> bool:
    return (
        any(config.getoption(f"autolog_{name}") for name in _OPTIONS)
        or any(config.getini(f"autolog_{name}") for name in _OF_THE_INI_FILE)
        or (folder_of_ini(config) / DEFAULT_FILE).exists()
    )


def _gatekeeper(config: pytest.Config) -> Gatekeeper:
    from autolog.pytest_plugin.gates.gating import gatekeeper_of

    try:
        gatekeeper = gatekeeper_of(config)
        gatekeeper.baselines.read()
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error
    return gatekeeper


class GatesOfAllTests:
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
