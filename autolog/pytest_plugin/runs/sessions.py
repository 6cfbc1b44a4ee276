"""A session of tests from the collection to the last report."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from autolog.events import RunError, Status
from autolog.guard import guard
from autolog.process import current_session, shut_down
from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.reports.reporting import REPORTS
from autolog.pytest_plugin.runs.surroundings import surrounded_by

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.pytest_plugin.runs.recording import Recording
    from autolog.pytest_plugin.runs.session_run import SessionRun

_OUTCOMES: dict[int, str] = {
    pytest.ExitCode.OK: "passed",
    pytest.ExitCode.TESTS_FAILED: "failed",
    pytest.ExitCode.INTERRUPTED: "interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "internal error",
    pytest.ExitCode.USAGE_ERROR: "usage error",
    pytest.ExitCode.NO_TESTS_COLLECTED: "no tests",
}
_UNHARMED = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
_ALWAYS_COUNTED = ("passed", "failed", "errors", "skipped")
_RECOVERY_SECONDS = 5.0


class Sessions(Hooks):
    """The plugin that ends what was begun.

    Args:
        recording: What tests are recorded into.
        session_run: The run of the session.
        closes: Whether the session of autolog's is to be ended with that of pytest's.
    """

    def __init__(
        self,
        recording: Recording,
        session_run: SessionRun,
        *,
        closes: bool,
    ) -> None:
        self._recording = recording
        self._session_run = session_run
        self._closes = closes
        self._interruption: BaseException | None = None
        self._began = time.perf_counter()
        self._outside_tests = ExitStack()
        self._outside_tests.enter_context(surrounded_by(session_run.run))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Has no thread run beside tests which train nothing."""
        session = current_session()
        if session is not None:
            session.provenance.wait_for_capture()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remembers what has ended the session."""
        self._interruption = excinfo.value

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Ends the run of the session, before pytest's summary."""
        with guard("ending the run of a session of tests"):
            if self._recording.attempt is not None:
                self._recording.attempt.interrupt(self._interruption)
            if not self._session_run.is_joined:
                self._end_run(session)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Delivers what was recorded, by this process and by those that it has lost."""
        self._outside_tests.close()
        with guard("ending the recording of tests"):
            session = current_session()
            directory = None if session is None else session.directory
            if self._closes:
                shut_down()
            if directory is not None and not self._session_run.is_joined:
                _recover(directory)

    def _end_run(self, tests: pytest.Session) -> None:
        session, exit_code = self._recording.session(), tests.exitstatus
        run = self._session_run.within(session)
        reports = tests.config.pluginmanager.get_plugin(REPORTS)
        counts = dict.fromkeys(_ALWAYS_COUNTED, 0) | ({} if reports is None else reports.counts)
        run.log_metrics(
            {
                **{f"pytest.{name}": count for name, count in counts.items()},
                "pytest.duration_seconds": time.perf_counter() - self._began,
            }
        )
        error = self._interruption
        of_users = "failed" if error is None else "interrupted"  # an exit code of their own
        run.set_tags({"pytest.outcome": _OUTCOMES.get(exit_code, of_users)})
        described = None if error is None else RunError(type(error).__qualname__, str(error), "")
        status = Status.FINISHED if exit_code in _UNHARMED else Status.FAILED
        session.end_run(run, status, described)


def _recover(directory: Path) -> None:
    """Ends the runs of workers that have crashed, and delivers what forked tests have recorded."""
    journals = directory / "journal"
    if journals.is_dir() and any(journals.iterdir()):
        from autolog.delivery.recovery import recover
        from autolog.sinks.registry import open_sink

        recover(directory, open_sink=open_sink, deadline=time.monotonic() + _RECOVERY_SECONDS)
