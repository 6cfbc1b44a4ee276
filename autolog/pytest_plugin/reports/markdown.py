"""The report of a session of tests as Markdown, for the summaries of CI services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.pytest_plugin.gates.comparing import Verdict, number
from autolog.pytest_plugin.reports.outcomes import counted
from autolog.pytest_plugin.reports.summary import row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autolog.pytest_plugin.gates.comparing import Check
    from autolog.pytest_plugin.reports.outcomes import Outcomes
    from autolog.pytest_plugin.reports.records import TestRecord

_MOST_ROWS = 200
_MOST_METRICS = 6
_MIB = 1024 * 1024
_SIGNS = {
    Verdict.FAILED: "❌",
    Verdict.NO_BASELINE: "⚠️",
    Verdict.KEPT: "⚠️",
    Verdict.WRITTEN: "✏️",
    Verdict.PASSED: "✅",
}


def markdown(
    outcomes: Outcomes, notes: Iterable[str] = (), counts: Mapping[str, int] | None = None
) -> str:
    """The report, which ends with a line break.

    Args:
        outcomes: What came of the tests that have a run, or have compared metrics.
        notes: What else is to be said.
        counts: How many of all tests came to what.
    """
    parts = ["## Metrics of tests", _headline(outcomes, counts or {})]
    if outcomes.checks:
        parts.append(_checks(outcomes.checks))
    trained = [
        record for record in outcomes.tests.values() if record["run_id"] or record["metrics"]
    ]
    if trained:
        parts.append(_tests(trained))
    parts += notes
    return "\n\n".join(parts) + "\n"


def _headline(outcomes: Outcomes, counts: Mapping[str, int]) -> str:
    tests = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    parts = [f"Tests: {tests}."] if tests else []
    if outcomes.checks:
        parts.append(f"Metrics: {counted(outcomes.verdicts)}.")
    if outcomes.session_run_id is not None:
        parts.append(f"Run `{outcomes.session_run_id}`.")
    return " ".join(parts) or "No test has trained or logged anything."


def _checks(checks: Sequence[tuple[str, Check]]) -> str:
    headings = ("", "metric", "baseline", "now", "change", "allowed", "test", "compared with")
    return _table(headings, [_cells(test, check) for test, check in checks])


def _cells(test: str, check: Check) -> tuple[str, ...]:
    metric, baseline, now, change, _, _ = row(test, check)
    allowed = "" if check.baseline is None else check.tolerance
    sign = f"{_SIGNS[check.verdict]} {check.verdict}"
    is_new = check.verdict is Verdict.WRITTEN and check.baseline is None
    source = "" if is_new else check.source
    return (sign, _code(metric), baseline, now, change, allowed, _code(test), source)


def _tests(records: Sequence[TestRecord]) -> str:
    headings = ("test", "outcome", "seconds", "peak MiB", "metrics")
    return _table(headings, list(map(_test, records)))


def _test(record: TestRecord) -> tuple[str, ...]:
    memory = record["peak_memory"]
    metrics = list(record["metrics"].items())
    shown = [f"{_code(name)} {number(value)}" for name, value in metrics[:_MOST_METRICS]]
    return (
        _code(record["nodeid"]),
        record["outcome"],
        f"{record['duration']:.2f}",
        "" if memory is None else f"{memory / _MIB:.0f}",
        ", ".join([*shown, "..."] if len(metrics) > _MOST_METRICS else shown),
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of the first rows, since services cut a report that is too long."""
    lines = [headings, ["---"] * len(headings), *rows[:_MOST_ROWS]]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    left = len(rows) - _MOST_ROWS
    return table if left <= 0 else f"{table}\n\n{left} more are not listed."


def _code(text: str) -> str:
    """A name that nothing in it changes the look of the table."""
    fence = "``" if "`" in text else "`"
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|").replace("\n", " ")
