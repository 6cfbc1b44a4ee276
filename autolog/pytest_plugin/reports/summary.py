"""The part of pytest's summary that tells how metrics compare with their baselines."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from autolog.pytest_plugin.gates.comparing import Verdict, number
from autolog.pytest_plugin.reports.outcomes import Outcomes, counted
from autolog.pytest_plugin.reports.reporting import REPORTS

if TYPE_CHECKING:
    import pytest

    from autolog.pytest_plugin.gates.comparing import Check

_HEADINGS = ("metric", "baseline", "now", "change", "verdict", "test")
_RIGHT = (1, 2, 3)
_GAP = "  "
_MOST_ROWS = 20
_COLOURS = {
    Verdict.FAILED: "red",
    Verdict.NO_BASELINE: "yellow",
    Verdict.KEPT: "yellow",
    Verdict.WRITTEN: "cyan",
    Verdict.PASSED: "green",
}


def summarise(terminal: pytest.TerminalReporter) -> None:
    """Writes the summary of a session of tests, unless there is nothing to tell.

    Args:
        terminal: What has heard of all tests.
    """
    reports = terminal.config.pluginmanager.get_plugin(REPORTS)
    if reports is not None:
        write_summary(terminal, reports.outcomes, reports.notes)
        return
    heard = (report for reports in terminal.stats.values() for report in reports)
    told = [report.autolog for report in heard if hasattr(report, "autolog")]
    write_summary(terminal, Outcomes(sorted(told, key=itemgetter("attempt"))), [])


def write_summary(terminal: pytest.TerminalReporter, outcomes: Outcomes, notes: list[str]) -> None:
    """Writes the summary, unless there is nothing to tell.

    With many comparisons those that have passed are only counted, unless pytest is verbose.

    Args:
        terminal: Where to write.
        outcomes: What came of the tests.
        notes: What else is to be said, each in a line.
    """
    checks = outcomes.checks
    if outcomes.session_run_id is not None:
        short = outcomes.session_run_id[:8]
        notes = [*notes, f"`autolog show {short}` shows the runs of this session."]
    if not checks and not notes:
        return
    terminal.section("autolog")
    shown = checks
    if len(checks) > _MOST_ROWS and terminal.verbosity < 1:
        shown = [pair for pair in checks if pair[1].verdict is not Verdict.PASSED]
    if shown:
        _write_rows(terminal, shown)
    if checks:
        hidden = "" if shown is checks else " (those are shown by -v)"
        terminal.line(f"metrics: {counted(outcomes.verdicts)}{hidden}")
    for source in dict.fromkeys(
        check.source for _, check in checks if check.verdict is Verdict.NO_BASELINE
    ):
        terminal.line(f"no baseline: {source}", yellow=True)
    for note in notes:
        terminal.line(note)


def _write_rows(terminal: pytest.TerminalReporter, checks: list[tuple[str, Check]]) -> None:
    rows = [_HEADINGS, *(row(test, check) for test, check in checks)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    terminal.line(_aligned(_HEADINGS, widths), bold=True)
    for cells, (_, check) in zip(rows[1:], checks, strict=True):
        terminal.line(_aligned(cells, widths), **{_COLOURS[check.verdict]: True})


def row(test: str, check: Check) -> tuple[str, ...]:
    """The cells of one comparison, in the order of the headings.

    Args:
        test: The test's node id.
        check: The comparison.
    """
    return (
        check.metric,
        "" if check.baseline is None else number(check.baseline),
        "" if check.now is None else number(check.now),
        check.change_text(),
        str(check.verdict),
        test,
    )


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = (
        cell.rjust(width) if place in _RIGHT else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _GAP.join(aligned).rstrip()
