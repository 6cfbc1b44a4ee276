"""The reports of a session, where pytest's terminal keeps them anyway: no hook for each of them."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeGuard

from autolog.pytest_plugin.hooks import Hooks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pytest
    from _pytest.terminal import TerminalReporter

    from autolog.pytest_plugin.reports.records import TestRecord

_DESELECTED = "deselected"
_WARNINGS = "warnings"
_AROUND_THE_CALL = {"setup", "teardown", "collect"}


class Listener(Hooks):
    """The plugin that keeps reports where pytest's terminal does not.

    Attributes:
        heard: What was heard, in the form that `TerminalReporter.stats` has.
    """

    def __init__(self) -> None:
        self.heard: defaultdict[str, list[Any]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the report of a phase of a test."""
        self.heard[report.outcome].append(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps the report of what could not be collected."""
        if report.failed:
            self.heard["error"].append(report)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Keeps what was left out."""
        self.heard[_DESELECTED] += items


def reports_heard(config: pytest.Config) -> Mapping[str, list[Any]]:
    """All reports from now on, as they come; to be asked before anything is collected.

    Args:
        config: The configuration of pytest.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if _keeps_reports(terminal):
        return terminal.stats
    listener = Listener()
    config.pluginmanager.register(listener, "autolog-listener")
    return listener.heard


def _keeps_reports(terminal: object) -> TypeGuard[TerminalReporter]:
    from _pytest.terminal import TerminalReporter  # `pytest` itself has not named it for long

    own, kind = TerminalReporter, type(terminal)
    return issubclass(kind, own) and (
        kind.pytest_runtest_logreport is own.pytest_runtest_logreport
        and kind.pytest_collectreport is own.pytest_collectreport
        and kind.pytest_deselected is own.pytest_deselected
    )


def records_among(heard: Mapping[str, list[Any]]) -> list[TestRecord]:
    """What was told of attempts at tests, the latest last.

    Args:
        heard: The reports, by whatever pytest has them under.
    """
    telling = [one for one in _reports_among(heard) if hasattr(one, "autolog")]
    return [report.autolog for report in sorted(telling, key=attrgetter("stop"))]


def counts_among(heard: Mapping[str, list[Any]]) -> dict[str, int]:
    """How many tests came to what.

    Args:
        heard: The reports, by whatever pytest has them under.
    """
    counts: defaultdict[str, int] = defaultdict(int)
    if left_out := len(heard.get(_DESELECTED, ())):
        counts[_DESELECTED] = left_out
    for report in _reports_among(heard):
        came_to = _came_to(report)
        if came_to is not None:
            counts[came_to] += 1
    return counts


def _reports_among(heard: Mapping[str, list[Any]]) -> Iterator[Any]:
    for name, reports in heard.items():
        if name not in {_DESELECTED, _WARNINGS}:
            yield from reports


def _came_to(report: Any) -> str | None:
    told = vars(report)  # a third of the cost of `hasattr`
    if report.outcome == "passed":
        if report.when != "call" or "context" in told:  # which a part of a test has
            return None
        return "xpassed" if "wasxfail" in told else "passed"
    if report.outcome == "failed":
        return "errors" if report.when in _AROUND_THE_CALL else "failed"
    if report.outcome == "skipped":
        if report.when == "collect":
            return None
        return "xfailed" if "wasxfail" in told else "skipped"
    return str(report.outcome)
