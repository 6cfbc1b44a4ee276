"""What a session of tests tells at its end: in the terminal, in files, and by `autolog show`."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

TESTS = """
    import autolog
    import pytest

    @pytest.mark.parametrize("rate", [0.1, 0.2])
    def test_learns(autolog_run, rate):
        autolog_run.log_metric("accuracy", 0.9)
        autolog_run.check("accuracy", rel=0.01)

    def test_more(autolog_run):
        autolog_run.log_metric("f1", 0.5)
        with autolog.run("inner"):
            autolog.log_metric("loss", 0.25)
        autolog_run.check("f1", abs=0.1)

    def test_nothing():
        pass
"""
BASELINE = """{"version": 1, "tests": {
    "test_it.py::test_learns[0.1]": {"accuracy": 0.9},
    "test_it.py::test_learns[0.2]": {"accuracy": 0.99}
}}"""


@pytest.fixture
def tests(suite, monkeypatch):
    """A suite with a check that passes, one that fails, and one without a baseline."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    suite.write(test_it=TESTS)
    (suite.path / "autolog-baseline.json").write_text(BASELINE)
    return suite


def test_the_terminal_has_a_table(tests):
    lines = tests.run("--autolog").outlines

    start = next(number for number, line in enumerate(lines) if line.startswith("metric "))
    assert lines[start : start + 6] == [
        "metric    baseline  now   change  verdict      test",
        "accuracy      0.99  0.9  -9.09 %  FAILED       test_it.py::test_learns[0.2]",
        "f1                  0.5           no baseline  test_it.py::test_more",
        "accuracy       0.9  0.9      0 %  passed       test_it.py::test_learns[0.1]",
        "metrics: 1 failed, 1 without a baseline, 1 passed",
        "no baseline: autolog-baseline.json has none for it; --autolog-update-baseline writes it",
    ]
    short = tests.session_run.run_id[:8]
    assert lines[start + 6] == f"`autolog show {short}` shows the runs of this session."


@pytest.mark.parametrize("workers", ["0", "2"])
def test_junit_gets_properties_of_each_test(tests, workers):
    tests.run("--autolog", "--junitxml=junit.xml", "-n", workers, plugins=("xdist",))

    cases = ET.parse(tests.path / "junit.xml").iter("testcase")
    properties = {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        for case in cases
    }
    assert properties.pop("test_nothing") == {}
    run = tests.runs["test_it.py::test_learns[0.2]"]
    assert properties["test_learns[0.2]"] == {
        "autolog.run_id": run.run_id,
        "autolog.session_run_id": run.parent_run_id,
        "autolog.metric.accuracy": "0.9",
        "autolog.check.accuracy": "FAILED: 0.9, baseline 0.99 (autolog-baseline.json), "
        "change -9.09 %, allowed 1 %",
    }
    assert properties["test_more"]["autolog.metric.loss"] == "0.25"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_report_in_markdown_is_written(tests, workers):
    tests.run("--autolog", "--autolog-report=out/report.md", "-n", workers, plugins=("xdist",))

    report = (tests.path / "out" / "report.md").read_text()
    assert "Tests: 1 failed, 3 passed. Metrics: 1 failed, 1 without a baseline, 1 passed." in report
    assert "| ❌ FAILED | `accuracy` | 0.99 | 0.9 | -9.09 % | 1 % |" in report
    assert "| `test_it.py::test_more` | passed |" in report
    assert "test_nothing" not in report


def test_the_summary_of_a_job_is_added_to_where_that_is_asked(tests, monkeypatch):
    summary = tests.path / "summary.md"
    summary.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    tests.run("--autolog")
    unasked = summary.read_text()
    tests.run("--autolog", "--autolog-report=github")

    assert unasked == "# Before\n"
    assert summary.read_text().startswith("# Before\n## Metrics of tests\n")


def test_a_report_that_cannot_be_written_is_said_and_changes_nothing(suite, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    suite.write(test_it="def test_it(autolog_run): autolog_run.log_metric('f1', 1)")
    (suite.path / "file").touch()

    result = suite.run("--autolog", "--autolog-report=file/report.md", "--autolog-report=github")

    output = result.stdout.str()
    assert result.ret == pytest.ExitCode.OK
    assert output.count("cannot be written") == 1  # there is no job of GitHub's
    assert "The report file/report.md cannot be written" in output


def test_a_file_of_baselines_that_cannot_be_written_is_a_failure(suite):
    suite.write(
        """
    def test_it(autolog_run, pytestconfig):
        (pytestconfig.rootpath / "folder").touch()
        autolog_run.log_metric("f1", 1)
        autolog_run.check("f1")
"""
    )

    result = suite.run(
        "--autolog", "--autolog-update-baseline", "--autolog-baseline=folder/base.json"
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "folder/base.json cannot be written" in result.stdout.str()


def test_show_draws_the_session_as_a_tree(tests):
    tests.run("--autolog")

    shown = subprocess.run(
        [sys.executable, "-m", "autolog", "show", "last"],
        cwd=tests.path,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    children = shown.partition("Children\n")[2].partition("\n\n")[0].splitlines()
    drawn = [line.split(maxsplit=1)[1].split("  ") for line in children]
    assert [[cell.strip() for cell in cells if cell.strip()][:3] for cells in drawn] == [
        ["test_it.py::test_learns[0.1]", "passed", "accuracy=0.9"],
        ["test_it.py::test_learns[0.2]", "failed", "accuracy=0.9"],
        ["test_it.py::test_more", "passed", "f1=0.5"],
        ["└─ inner", "FINISHED", "loss=0.25"],
    ]


def test_nothing_is_said_where_nothing_was_recorded(suite):
    suite.write(test_it="def test_nothing(): pass")

    output = suite.run().stdout.str()

    assert "= autolog" not in output
