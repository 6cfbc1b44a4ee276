"""The controller's part in gates: it writes the baselines and the reports when all is done."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.reports.heard_reports import (
    counts_among,
    records_among,
    reports_heard,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.pytest_plugin.gates.baselines import Baselines
    from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper
    from autolog.pytest_plugin.reports.outcomes import Outcomes
    from autolog.pytest_plugin.reports.records import TestRecord

REPORTS = "autolog-reports"
"""The name that the plugin is registered by."""

GITHUB = "github"
"""Stands among the reports for the summary of a job of GitHub's."""

_SHOWN = ("failed", "error", "passed", "skipped", "xfailed", "xpassed", "rerun")
_COMPLETE = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
_SELECTING = ("keyword", "markexpr", "deselect", "lf", "stepwise")
_GITHUB_VARIABLE = "GITHUB_STEP_SUMMARY"


class Reports(Hooks):
    """The plugin that hears of every test, in the process that reports of them all.

    Args:
        config: The configuration of pytest.
        gatekeeper: What tests are compared by, as far as that is known from the start.

    Attributes:
        notes: What else is to be said when all is done.
    """

    _heard: Mapping[str, list[Any]] = MappingProxyType({})

    def __init__(self, config: pytest.Config, gatekeeper: Gatekeeper | None) -> None:
        self.notes: list[str] = []
        self._config = config
        self._gatekeeper = gatekeeper

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Finds where all reports will be, once every plugin may have replaced the terminal's."""
        self._heard = reports_heard(self._config)

    @property
    def records(self) -> list[TestRecord]:
        """What was told of attempts at tests so far, the latest last."""
        return records_among(self._heard)

    @property
    def counts(self) -> dict[str, int]:
        """How many tests came to what so far."""
        return counts_among(self._heard)

    @property
    def outcomes(self) -> Outcomes:
        """What came of the tests so far."""
        from autolog.pytest_plugin.reports.outcomes import Outcomes

        return Outcomes(self.records)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes what is to be written, before pytest's summary tells of it."""
        if self._gatekeeper is not None:
            self._look_for_metrics(session, self._gatekeeper)
            if self._gatekeeper.updating:
                self._write_baselines(session, self._gatekeeper.baselines)
        for place in self._config.getoption("autolog_report") or ():
            self._write_report(place)

    def _look_for_metrics(self, session: pytest.Session, gatekeeper: Gatekeeper) -> None:
        """A gate that is about nothing is a slip of the pen, which would pass for ever."""
        if not gatekeeper.options or session.exitstatus not in _COMPLETE:
            return
        if not self._runs_what_gates_are_about():
            return
        for option in self.outcomes.without_metric(one.text for one in gatekeeper.options):
            self.notes.append(f"--autolog-fail={option}: no test has recorded such a metric.")
            if gatekeeper.strict:
                _fail(session)

    def _runs_what_gates_are_about(self) -> bool:
        """Whether the gates are for this very selection of tests, or all tests are run."""
        config = self._config
        if config.getoption("autolog_fail"):
            return True
        selected = (config.getoption(name, default=None) for name in _SELECTING)
        return config.args_source is not pytest.Config.ArgsSource.ARGS and not any(selected)

    def _write_baselines(self, session: pytest.Session, baselines: Baselines) -> None:
        from autolog.pytest_plugin.gates.baseline_file import BaselineFile
        from autolog.pytest_plugin.gates.comparing import Verdict

        if not isinstance(baselines, BaselineFile):
            return
        outcomes = self.outcomes
        if not outcomes.verdicts[Verdict.WRITTEN]:
            self.notes.append(
                f"{baselines.shown} stays as it is: no test has compared a metric; "
                "`autolog_run.check` and --autolog-fail do."
            )
            return
        try:
            changed = baselines.write(outcomes.written)
        except OSError as error:
            self.notes.append(f"{baselines.shown} cannot be written: {error}")
            _fail(session)
        else:
            self.notes.append(f"{baselines.shown}: {changed or 'none'} of its values changed.")

    def _write_report(self, place: str) -> None:
        from autolog.pytest_plugin.reports.markdown import markdown

        text = markdown(self.outcomes, self.notes, self._counts_shown())
        try:
            if place == GITHUB:
                summary = os.environ.get(_GITHUB_VARIABLE)
                if summary:
                    with Path(summary).open("a", encoding="utf-8") as file:
                        file.write(text)
            else:
                path = self._config.invocation_params.dir / place
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        except OSError as error:
            self.notes.append(f"The report {place} cannot be written: {error}")

    def _counts_shown(self) -> dict[str, int]:
        """How many tests came to what, as pytest's own last line has it."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        told = {} if terminal is None else terminal.stats
        return {name: len(told.get(name, ())) for name in _SHOWN}


def _fail(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
