"""One attempt at a test: its run, what was recorded meanwhile, and what came of it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from autolog import context
from autolog.capture.params import stringify
from autolog.context import SILENT, Scope
from autolog.events import RunError, Status
from autolog.guard import guard
from autolog.process import current_session
from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.runs.heard import Heard
from autolog.pytest_plugin.runs.peak_memory import PeakMemory
from autolog.recording.waiting_run import WaitingRun

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from autolog.pytest_plugin.reports.records import TestRecord
    from autolog.pytest_plugin.runs.recording import Recording
    from autolog.recording.run import Run

MEBIBYTE = 2**20
OUTPUT_LENGTH = 4000
"""So many characters of what a failed test has written are kept, the last."""

_NOT_RUN = ("skipped", "xfailed")
_SETTLING_SECONDS = 10.0


class Attempt:
    """From before a test's set-up to after its tear-down.

    Its run is opened by the first that is trained or logged, so that most tests have none, and
    pay for little more than their attempt's beginning.

    Args:
        item: The test.
        recording: What it is recorded into.
        tags: Further tags of its run.
        enabled: Whether anything is recorded.

    Attributes:
        number: Which attempt at the test it is, from 1.
        run: The test's run.
        checks: The comparisons with baselines so far.
    """

    outcome = "passed"
    _heard: Heard | None = None
    _around: Scope | None = None
    _error: RunError | None = None
    _output = ""

    def __init__(
        self,
        item: pytest.Item,
        recording: Recording,
        *,
        tags: Mapping[str, object] | None = None,
        enabled: bool = True,
    ) -> None:
        self.item = item
        self.number = recording.attempts[item] = recording.attempts.get(item, 0) + 1
        self.checks: list[dict[str, Any]] = []
        self._endings: list[Callable[[], object]] = []
        self.run: Run = WaitingRun(self._begin) if enabled else self._run_nowhere()
        self._recording = recording
        self._tags = tags or {}
        self._memory = PeakMemory()
        self._pid = os.getpid()
        self._started = time.time_ns()
        self._clock = time.perf_counter()
        recording.attempt = self

    def surround(self) -> None:
        """Has the test's run stand around all code of the process until the attempt ends."""
        self._around, run = context.outside, self.run
        context.outside = Scope(run) if run.is_kept else Scope(run, SILENT)

    def at_the_end(self, undo: Callable[[], object]) -> None:
        """Has something undone when the attempt ends, what came last first."""
        self._endings.append(undo)

    @property
    def heard(self) -> Heard:
        """What was recorded since, in whatever thread."""
        heard = self._heard
        if heard is None:
            wanted = "recorded" in getattr(self.item, "fixturenames", ())
            # where two threads come at once, both get that of the first
            heard = vars(self).setdefault("_heard", Heard(keeps_events=wanted))
        return heard

    @property
    def nodeid(self) -> str:
        """The test's node id, which is the name of its run."""
        from autolog.pytest_plugin.runs.facts import nodeid_of

        return nodeid_of(self.item)

    @property
    def has_run(self) -> bool:
        """Whether anything was recorded."""
        return isinstance(self.run, WaitingRun) and self.run.has_begun

    def metrics(self) -> dict[str, float]:
        """The last values of the metrics so far; see `Heard.metrics`."""
        self.settle()
        if isinstance(self.run, WaitingRun) and not self.run.has_begun:
            return {}
        return self.heard.metrics(self.run.run_id)

    def settle(self) -> None:
        """Waits until what was seen so far is recorded."""
        session = current_session()
        if session is not None:
            session.catch_up(_SETTLING_SECONDS)

    def note(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Takes in what came of one phase of the test.

        Args:
            report: What pytest tells of it.
            error: The exception that ended it, if one did.
        """
        if report.failed:
            if self.outcome != "failed":
                self.outcome = "failed" if report.when == "call" else "error"
            kind = "" if error is None else type(error).__qualname__
            text = report.longreprtext
            message = text.splitlines()[-1] if error is None and text else stringify(error)
            self._error = self._error or RunError(kind or "Failed", message, text)
            written = (f"--- {title} ---\n{content}" for title, content in report.sections)
            self._output = "\n".join(written)[-OUTPUT_LENGTH:]
        elif report.skipped:
            self.outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
        elif report.when == "call" and hasattr(report, "wasxfail"):
            self.outcome = "xpassed"

    def interrupt(self, error: BaseException | None) -> None:
        """Ends the attempt in its midst."""
        self.outcome = "interrupted"
        kind = "Interrupted" if error is None else type(error).__qualname__
        self._error = RunError(kind, "" if error is None else stringify(error), "")
        self.end()

    def end(self) -> TestRecord | None:
        """Ends the attempt, and with it the test's run.

        Returns:
            What there is to be told of it, if anything.
        """
        try:
            if self.has_run or self.checks:
                with guard("telling of a test"):
                    return self._told()
            return None
        finally:
            self._recording.attempt = None
            if self._around is not None:
                context.outside = self._around
            if isinstance(self.run, WaitingRun):
                self.run.give_up()
            while self._endings:
                with guard("restoring what held before a test"):
                    self._endings.pop()()

    def _told(self) -> TestRecord:
        duration, peak = time.perf_counter() - self._clock, self._memory.stop()
        if self.has_run:
            with guard("ending the run of a test"):
                self._end_run(duration, peak)
        return self._record(duration, peak)

    def _end_run(self, duration: float, peak: int | None) -> None:
        session, run = self._recording.session(), self.run
        facts = {"pytest.duration_seconds": duration}
        if peak is not None:
            facts["pytest.peak_memory_mib"] = peak / MEBIBYTE
        run.log_metrics(facts)
        output = {"pytest.output": self._output} if self._output else {}
        run.set_tags(
            {"pytest.outcome": self.outcome, **output, **self._fixtures(), **self._checks()}
        )
        status = Status.FINISHED if self._error is None else Status.FAILED
        session.end_run(run, status, self._error)

    def _fixtures(self) -> dict[str, str]:
        """The runs of fixtures that the test uses and others too."""
        plugin = self.item.config.pluginmanager.get_plugin("autolog-fixture-runs")
        return {} if plugin is None else plugin.used_by(self.item)

    def _checks(self) -> dict[str, str]:
        """What came of the comparisons with baselines."""
        if not self.checks:
            return {}
        from autolog.pytest_plugin.reports.junit import check_tags

        return {f"pytest.{name}": text for name, text in check_tags(self.checks)}

    def _record(self, duration: float, peak: int | None) -> TestRecord:
        session_run = self._recording.session_run
        return {
            "nodeid": self.nodeid,
            "run_id": self.run.run_id if self.has_run and session_run is not None else None,
            "session_run_id": None if session_run is None else session_run.run_id,
            "attempt": self.number,
            "outcome": self.outcome,
            "duration": duration,
            "peak_memory": peak,
            "metrics": self._own_metrics(),
            "checks": self.checks,
        }

    def _own_metrics(self) -> dict[str, float]:
        if isinstance(self.run, WaitingRun) and not self.run.has_begun:
            return {}
        metrics = self.heard.metrics(self.run.run_id)
        return {name: value for name, value in metrics.items() if not name.startswith("pytest.")}

    def _run_nowhere(self) -> Run:
        from autolog.recording.run_nowhere import RunNowhere  # late, since few tests are left out

        return RunNowhere(hear=self.heard.hear)

    def _begin(self, known_id: str | None) -> Run:
        recording, session = self._recording, self._recording.session()
        parent = recording.parent(session)
        if known_id is not None:
            return session.reopen_run(known_id)[0]
        from autolog.pytest_plugin.runs.facts import markers_of, params_of

        run = session.start_run(self.nodeid, None, parent, time_ns=self._started)
        session.recorded.started = run
        if os.getpid() != self._pid:  # a process that the test has forked, and that ends it
            run.close_with_process()
        with guard("describing a test", run.note_failure):
            run.log_params(params_of(self.item))
            run.set_tags(
                {
                    "pytest.kind": "test",
                    "pytest.attempt": self.number,
                    **markers_of(self.item),
                    **self._tags,
                }
            )
            self._memory.watch()
        return run


class Reporter(Hooks):
    """The plugin that ends attempts, and tells of them by the report of the tear-down.

    Args:
        recording: What tests are recorded into.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Notes what came of each phase of a test; the last ends the attempt at it."""
        report = yield
        attempt = self._recording.attempt
        if attempt is not None and attempt.item is item:
            if report.outcome != "passed" or "wasxfail" in vars(report):
                with guard("noting what came of a test"):
                    attempt.note(report, None if call.excinfo is None else call.excinfo.value)
            elif report.when == "call" and attempt.outcome in _NOT_RUN:
                attempt.outcome = "passed"  # only a part of the test, of which pytest reports too
            if report.when == "teardown":
                record = attempt.end()
                if record is not None:
                    with guard("telling of a test"):
                        _tell(record, report)
        return report


def _tell(record: TestRecord, report: pytest.TestReport) -> None:
    from autolog.pytest_plugin.reports.junit import properties

    report.autolog = record  # type: ignore[attr-defined]
    report.user_properties.extend(properties(record))
