"""A pytest plugin that writes the outcome of every test into a file, as soon as it is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    import pytest

LONGEST_LINE = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--outcomes FILE` says where they are written; `--only FILE` names the tests to run."""
    parser.addoption("--outcomes", type=Path, required=True)
    parser.addoption("--only", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    """Begins to write."""
    only = config.getoption("only")
    names = None if only is None else frozenset(json.loads(only.read_text(encoding="utf-8")))
    config.pluginmanager.register(OutcomeWriter(config, config.getoption("outcomes"), names))


class OutcomeWriter:
    """Writes a line of JSON for every test: its name, its outcome and the end of its error.

    Args:
        config: What tells the outcome of a report, as pytest itself would print it.
        path: The file.
        only: The names of the tests to run; all by default.
    """

    def __init__(self, config: pytest.Config, path: Path, only: Collection[str] | None) -> None:
        self._config = config
        self._path = path
        self._only = only
        self._outcomes: dict[str, tuple[str, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves out the tests that are not asked for."""
        if self._only is not None:
            items[:] = [item for item in items if name_of(item.nodeid) in self._only]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be imported counts as one test."""
        if report.outcome != "passed":
            self._write("(import)", report.outcome, end_of_error(report))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What is said of a later phase counts: an error while tearing down, after a pass."""
        status = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        if status[0]:
            self._outcomes[report.nodeid] = (status[0], end_of_error(report))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """The test is over."""
        if nodeid in self._outcomes:
            self._write(name_of(nodeid), *self._outcomes.pop(nodeid))

    def _write(self, test: str, outcome: str, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"test": test, "outcome": outcome, "line": line}) + "\n")


def name_of(nodeid: str) -> str:
    """The name of a test within its module."""
    return nodeid.partition("::")[2]


def end_of_error(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The error, or the reason for a skip, on one line; empty if there is none."""
    text = report.longrepr
    if isinstance(text, tuple):
        text = text[-1]
    crash = getattr(text, "reprcrash", None)
    said = " ".join(str(getattr(crash, "message", text or "")).split())
    return said if len(said) <= LONGEST_LINE else f"{said[:LONGEST_LINE]}..."
