"""What is told of comparisons: in the terminal, in JUnit's XML and in Markdown."""

from __future__ import annotations

import io

import pytest
from _pytest.config import get_config
from _pytest.terminal import TerminalReporter

from autolog.pytest_plugin.gates.comparing import Baseline, Gate, evaluate
from autolog.pytest_plugin.gates.tolerances import Tolerance
from autolog.pytest_plugin.reports import records
from autolog.pytest_plugin.reports.junit import properties
from autolog.pytest_plugin.reports.markdown import markdown
from autolog.pytest_plugin.reports.outcomes import Outcomes
from autolog.pytest_plugin.reports.summary import write_summary


def compared(now, baseline=0.95, metric="accuracy", option=None):
    gate = Gate(metric, higher_is_better=True, tolerance=Tolerance(rel=0.01), option=option)
    known = None if baseline is None else Baseline(baseline, "b.json")
    return evaluate(gate, now, known, missing="b.json has none for it", earlier=()).record()


def record(nodeid, *checks, outcome="passed", attempt=1, **metrics):
    return records.TestRecord(
        nodeid=nodeid,
        run_id="a" * 32,
        session_run_id="5" * 32,
        attempt=attempt,
        outcome=outcome,
        duration=1.25,
        peak_memory=3 * 2**20,
        metrics=metrics,
        checks=list(checks),
    )


@pytest.fixture
def told():
    """Writes a summary, and gives its lines."""

    def told(outcomes, notes=(), *, verbosity=0):
        stream = io.StringIO()
        config = get_config()
        config.parse(
            ["-q"] * max(-verbosity, 0) + ["-v"] * max(verbosity, 0) + ["-p", "no:autolog"]
        )
        terminal = TerminalReporter(config, stream)
        terminal._tw.fullwidth = 60
        write_summary(terminal, outcomes, list(notes))
        lines = stream.getvalue().splitlines()
        return [line for line in lines if line and not line.startswith("=")]

    return told


def test_the_summary_has_a_row_for_each_comparison_and_what_needs_attention_first(told):
    outcomes = Outcomes(
        [
            record("t.py::a", compared(0.96)),
            record("t.py::b", compared(0.9), outcome="failed"),
            record("t.py::c", compared(0.5, None, "f1")),
        ]
    )

    lines = told(outcomes, ["a note"])

    assert lines == [
        "metric    baseline   now   change  verdict      test",
        "accuracy      0.95   0.9  -5.26 %  FAILED       t.py::b",
        "f1                   0.5           no baseline  t.py::c",
        "accuracy      0.95  0.96  +1.05 %  passed       t.py::a",
        "metrics: 1 failed, 1 without a baseline, 1 passed",
        "no baseline: b.json has none for it",
        "a note",
        "`autolog show 55555555` shows the runs of this session.",
    ]


def test_many_that_have_passed_are_counted_unless_pytest_is_verbose(told):
    outcomes = Outcomes(
        [record(f"t.py::t{number}", compared(0.96)) for number in range(30)]
        + [record("t.py::bad", compared(0.5))]
    )

    brief, long = told(outcomes), told(outcomes, verbosity=1)

    assert sum("t.py::" in line for line in brief) == 1
    assert "metrics: 1 failed, 30 passed (those are shown by -v)" in brief
    assert sum("t.py::" in line for line in long) == 31


def test_without_anything_to_tell_nothing_is_said(told):
    assert told(Outcomes()) == []


def test_the_last_attempt_counts():
    outcomes = Outcomes(
        [record("t", compared(0.5), outcome="failed"), record("t", compared(0.96), attempt=2)]
    )

    assert [check.verdict for _, check in outcomes.checks] == ["passed"]


def test_only_tests_that_have_passed_are_written():
    written = {**compared(0.5), "verdict": "written"}

    outcomes = Outcomes([record("a", written), record("b", written, outcome="failed")])

    assert list(outcomes.written) == ["a"]
    assert [(test, check.verdict) for test, check in outcomes.checks] == [
        ("b", "kept"),
        ("a", "written"),
    ]


def test_options_that_were_about_nothing_are_known():
    outcomes = Outcomes([record("a", compared(0.96, option="accuracy:-1%"))])

    assert outcomes.without_metric(["accuracy:-1%", "acuracy:-1%"]) == ["acuracy:-1%"]


def test_junit_gets_the_run_its_metrics_and_its_comparisons():
    found = properties(record("t", compared(0.9), compared(0.5, None, "f1"), accuracy=0.9))

    assert found == [
        ("autolog.run_id", "a" * 32),
        ("autolog.session_run_id", "5" * 32),
        ("autolog.metric.accuracy", 0.9),
        (
            "autolog.check.accuracy",
            "FAILED: 0.9, baseline 0.95 (b.json), change -5.26 %, allowed 1 %",
        ),
        ("autolog.check.f1", "no baseline: 0.5; b.json has none for it"),
    ]


def test_the_report_in_markdown_has_both_tables():
    outcomes = Outcomes(
        [
            record("t.py::a", compared(0.96), accuracy=0.96),
            record("t.py::b[x|y]", compared(None), outcome="failed", loss=0.25),
        ]
    )

    assert markdown(outcomes, ["A note."], {"failed": 1, "skipped": 0, "passed": 3}) == (
        "## Metrics of tests\n\n"
        "Tests: 1 failed, 3 passed. Metrics: 1 failed, 1 passed. "
        f"Run `{'5' * 32}`.\n\n"
        "|  | metric | baseline | now | change | allowed | test | compared with |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| ❌ FAILED | `accuracy` | 0.95 |  |  | 1 % | `t.py::b[x\\|y]` | b.json |\n"
        "| ✅ passed | `accuracy` | 0.95 | 0.96 | +1.05 % | 1 % | `t.py::a` | b.json |\n\n"
        "| test | outcome | seconds | peak MiB | metrics |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `t.py::a` | passed | 1.25 | 3 | `accuracy` 0.96 |\n"
        "| `t.py::b[x\\|y]` | failed | 1.25 | 3 | `loss` 0.25 |\n\n"
        "A note.\n"
    )


def test_what_is_new_in_a_file_was_compared_with_nothing():
    written = {**compared(0.5, None), "verdict": "written"}

    report = markdown(Outcomes([record("t", written)]))

    assert "| ✏️ written | `accuracy` |  | 0.5 |  |  | `t` |  |" in report


def test_a_report_of_nothing_says_so():
    assert markdown(Outcomes()) == (
        "## Metrics of tests\n\nNo test has trained or logged anything.\n"
    )


def test_a_long_report_is_cut():
    many = {f"m{number}": 1.0 for number in range(9)}
    outcomes = Outcomes([record(f"t.py::t{number}", **many) for number in range(201)])

    text = markdown(outcomes)

    assert "`m5` 1, ... |" in text
    assert text.endswith("1 more are not listed.\n")


def test_names_with_backticks_stay_names():
    assert "`` t[`x`] ``" in markdown(Outcomes([record("t[`x`]", loss=1.0)]))
