"""Tests are held to their baselines: in a file, in the store, and of a git branch."""

from __future__ import annotations

import json

import pytest

import autolog

ACCURACY = """
    import os

    def accuracy():
        return float(os.environ["ACCURACY"])
"""

CHECKED = """
    from values import accuracy

    def test_accuracy(autolog_run):
        autolog_run.log_metric("accuracy", accuracy())
        autolog_run.check("accuracy", rel=0.01)
"""

LOGGED = """
    import autolog
    from values import accuracy

    def test_accuracy():
        autolog.log_metric("accuracy", accuracy())

    def test_nothing():
        pass
"""

BASELINE = "autolog-baseline.json"


@pytest.fixture
def run(suite, monkeypatch):
    """Runs the suite with a value of the accuracy; gives how many tests came to what, and lines."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")

    def run(accuracy, *arguments, plugins=()):
        monkeypatch.setenv("ACCURACY", str(accuracy))
        if not (suite.path / "values.py").exists():
            suite.write(values=ACCURACY)
        result = suite.run(*arguments, plugins=plugins)
        counts = result.parseoutcomes()
        counts.pop("seconds", None)
        return counts, "\n".join(result.outlines + result.errlines)

    return run


def baseline_of(suite, name=BASELINE):
    return json.loads((suite.path / name).read_text())["tests"]


class TestAFileOfBaselines:
    def test_a_check_passes_until_the_metric_is_worse_than_the_baseline(self, suite, run):
        suite.write(test_it=CHECKED)

        written = run(0.9, "--autolog", "--autolog-update-baseline")
        good = run(0.895, "--autolog")
        bad = run(0.88, "--autolog")

        assert [counts for counts, _ in (written, good, bad)] == [
            {"passed": 1},
            {"passed": 1},
            {"failed": 1},
        ]
        assert baseline_of(suite) == {"test_it.py::test_accuracy": {"accuracy": 0.9}}
        assert (
            "accuracy is 0.88, which falls below its baseline 0.9 (autolog-baseline.json) by 0.02 "
            "(-2.22 %); allowed is 1 %."
        ) in bad[1]
        assert '>       autolog_run.check("accuracy", rel=0.01)' in bad[1]
        assert "gating.py" not in bad[1]

    def test_a_missing_baseline_is_reported_and_fails_where_that_is_asked(self, suite, run):
        suite.write(test_it=CHECKED)

        counts, output = run(0.9, "--autolog")
        strict, _ = run(0.9, "--autolog", "--autolog-strict-baseline")

        assert counts == {"passed": 1}
        assert "no baseline: autolog-baseline.json does not exist" in output
        assert strict == {"failed": 1}

    def test_checks_work_without_runs_being_kept(self, suite, run):
        suite.write(test_it=CHECKED)
        (suite.path / BASELINE).write_text(
            '{"version": 1, "tests": {"test_it.py::test_accuracy": {"accuracy": 0.9}}}'
        )

        good, output = run(0.9)
        bad, _ = run(0.8)

        assert (good, bad) == ({"passed": 1}, {"failed": 1})
        assert "metrics: 1 passed" in output
        assert not (suite.path / ".autolog").exists()

    def test_every_test_is_held_to_an_option(self, suite, run):
        suite.write(test_it=LOGGED)
        option = "--autolog-fail=acc*:-1%"

        run(0.9, "--autolog", option, "--autolog-update-baseline")
        good, _ = run(0.91, "--autolog", option)
        bad, output = run(0.8, "--autolog", option)

        assert (good, bad) == ({"passed": 2}, {"passed": 1, "failed": 1})
        assert "accuracy is 0.8, which falls below its baseline 0.9" in output

    def test_the_store_knows_that_a_gate_has_failed_a_test(self, suite, run):
        suite.write(test_it=LOGGED)
        option = "--autolog-fail=accuracy:-1%"
        run(0.9, "--autolog", option, "--autolog-update-baseline")

        run(0.8, "--autolog", option)

        newest, _ = suite.store.runs("name = 'test_it.py::test_accuracy'")
        assert newest.status == "FAILED"
        assert newest.tags["pytest.outcome"] == "failed"
        assert newest.tags["pytest.check.accuracy"].startswith("FAILED: 0.8, baseline 0.9")

    def test_a_metric_that_is_not_recorded_any_more_fails(self, suite, run):
        suite.write(test_it=LOGGED)
        run(0.9, "--autolog", "--autolog-fail=accuracy:-1%", "--autolog-update-baseline")
        suite.write(test_it="def test_accuracy(): pass")

        counts, output = run(0.9, "--autolog", "--autolog-fail=accuracy:-1%")

        assert counts == {"failed": 1}
        assert "This test has recorded no metric 'accuracy'. Its baseline is 0.9." in output

    def test_a_test_that_fails_otherwise_keeps_its_baseline(self, suite, run):
        suite.write(test_it=CHECKED + "\n        assert accuracy() > 0.5")
        run(0.9, "--autolog", "--autolog-update-baseline")

        counts, output = run(0.4, "--autolog", "--autolog-update-baseline")

        assert counts == {"failed": 1}
        assert baseline_of(suite) == {"test_it.py::test_accuracy": {"accuracy": 0.9}}
        assert "kept" in output

    def test_the_file_may_be_anywhere_and_is_named_by_the_ini_file_too(self, suite, run):
        suite.write(test_it=CHECKED)
        suite.pytester.makeini(
            "[pytest]\nautolog = true\nautolog_baseline = tests/base.json\n"
            "autolog_fail = accuracy:-1%\nautolog_strict_baseline = true"
        )

        missing, _ = run(0.9)
        run(0.9, "--autolog-update-baseline")
        there, output = run(0.9)
        other, _ = run(0.9, "--autolog-baseline=other.json")

        assert (missing, there, other) == ({"failed": 1}, {"passed": 1}, {"failed": 1})
        assert "tests/base.json" not in output
        assert list(baseline_of(suite, "tests/base.json")) == ["test_it.py::test_accuracy"]

    def test_a_spread_gathers_from_one_update_to_the_next(self, suite, run):
        suite.write(test_it=CHECKED.replace("rel=0.01", "spread=3"))
        runs = [0.90, 0.91, 0.89, 0.90]
        entry = {"accuracy": {"value": 0.9, "runs": runs}}
        document = {"version": 1, "tests": {"test_it.py::test_accuracy": entry}}
        (suite.path / BASELINE).write_text(json.dumps(document))

        early, output = run(0.5, "--autolog")
        run(0.9, "--autolog", "--autolog-update-baseline")
        good, bad = (run(accuracy, "--autolog")[0] for accuracy in (0.88, 0.87))

        assert early == {"passed": 1}
        assert "a spread takes 5 earlier runs, and there are 4" in output
        (entry,) = baseline_of(suite).values()
        assert entry["accuracy"]["runs"] == [*runs, 0.9]
        assert (good, bad) == ({"passed": 1}, {"failed": 1})


def record_earlier(accuracy, branch="main"):
    """Records a session of tests as an earlier process has."""
    session = {"pytest.kind": "session", "git.branch": branch}
    test = {"pytest.kind": "test", "pytest.outcome": "passed"}
    with autolog.run("pytest", tags=session), autolog.run("test_it.py::test_accuracy", tags=test):
        autolog.log_metric("accuracy", accuracy)
    autolog.shutdown()


class TestTheStore:
    def test_the_last_run_that_has_passed_is_a_baseline(self, suite, run):
        suite.write(test_it=CHECKED)
        option = "--autolog-baseline=last"

        outcomes = [
            next(iter(run(accuracy, "--autolog", option)[0])) for accuracy in (0.95, 0.9, 0.945)
        ]

        assert outcomes == ["passed", "failed", "passed"]  # none yet, 0.95, still 0.95

    def test_the_newest_run_of_a_branch_is_a_baseline(self, suite, run):
        suite.write(test_it=CHECKED)
        record_earlier(0.9, "main")
        record_earlier(0.99, "mine")

        good, _ = run(0.9, "--autolog", "--autolog-baseline=branch:main")
        bad, failure = run(0.8, "--autolog", "--autolog-baseline=branch:main")

        assert (good, bad) == ({"passed": 1}, {"failed": 1})
        assert " on main) by 0.1" in failure

    def test_the_branch_is_the_one_that_git_says(self, suite, run, monkeypatch):
        suite.write(test_it=CHECKED)
        monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "1")
        (suite.path / ".git").mkdir()
        (suite.path / ".git" / "config").touch()
        (suite.path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        option = "--autolog-baseline=branch:main"

        _, output = run(0.9, "--autolog", option)
        bad, _ = run(0.8, "--autolog", option)

        assert "no run of this test that has passed on main" in output
        assert bad == {"failed": 1}

    def test_the_spread_is_that_of_earlier_runs(self, suite, run):
        suite.write(test_it=LOGGED)
        for accuracy in (0.90, 0.91, 0.89, 0.90, 0.90):
            record_earlier(accuracy)
        options = ("--autolog", "--autolog-baseline=last", "--autolog-fail=accuracy:-3sd")

        good, output = run(0.88, *options)
        bad, _ = run(0.85, *options)

        assert (good, bad) == ({"passed": 2}, {"passed": 1, "failed": 1})
        assert "metrics: 1 passed" in output

    def test_sinks_that_cannot_be_read_back_are_said(self, suite, run, monkeypatch):
        suite.write(test_it=CHECKED)
        monkeypatch.setenv("AUTOLOG_SINK", "jsonl:runs")

        counts, output = run(0.9, "--autolog", "--autolog-baseline=last")

        assert counts == {"passed": 1}
        assert "no baseline: there has to be 'sqlite:', or a server, among the sinks" in output


class TestOtherWaysToRunTests:
    @pytest.mark.parametrize("count", ["0", "2"])
    def test_workers_compare_and_the_controller_writes(self, suite, run, count):
        many = "\n".join(
            f"""
    def test_{number}(autolog_run):
        autolog_run.log_metric("accuracy", accuracy() + {number} / 100)
        autolog_run.check("accuracy", rel=0.01)
"""
            for number in range(4)
        )
        suite.write(test_it=f"\n    from values import accuracy\n{many}")
        options = ("--autolog", "-n", count)

        run(0.5, *options, "--autolog-update-baseline", plugins=("xdist",))
        counts, output = run(0.45, *options, plugins=("xdist",))

        assert baseline_of(suite) == {
            f"test_it.py::test_{number}": {"accuracy": 0.5 + number / 100} for number in range(4)
        }
        assert counts == {"failed": 4}
        assert "metrics: 4 failed" in output

    def test_without_runs_workers_tell_of_missing_baselines_too(self, suite, run):
        suite.write(test_it=CHECKED)

        counts, output = run(0.5, "-n", "1", plugins=("xdist",))

        assert counts == {"passed": 1}
        assert "no baseline: autolog-baseline.json does not exist" in output

    def test_a_gate_that_fails_is_a_failure_like_any_other(self, suite, run):
        suite.write(
            test_it="""
    import unittest

    import autolog
    import pytest
    from values import accuracy

    @pytest.mark.xfail(strict=True)
    def test_expected():
        autolog.log_metric("accuracy", accuracy())

    class TestCase(unittest.TestCase):
        def test_method(self):
            autolog.log_metric("accuracy", accuracy())

    def test_again(pytestconfig):
        tried = pytestconfig.rootpath / "tried"
        autolog.log_metric("accuracy", 1.0 if tried.exists() else accuracy())
        tried.touch()
"""
        )
        entries = {
            f"test_it.py::{name}": {"accuracy": 0.9}
            for name in ("test_expected", "TestCase::test_method", "test_again")
        }
        (suite.path / BASELINE).write_text(json.dumps({"version": 1, "tests": entries}))

        counts, output = run(
            0.5,
            "--autolog",
            "--autolog-fail=accuracy:-1%",
            "--reruns=1",
            plugins=("rerunfailures",),
        )

        assert counts["xfailed"] == 1
        assert counts["failed"] == 1  # the method
        assert counts["passed"] == 1  # the second attempt
        assert "metrics: 2 failed, 1 passed" in output


class TestSlips:
    @pytest.mark.parametrize("strict", [False, True])
    def test_an_option_about_no_metric_at_all_is_reported(self, suite, monkeypatch, strict):
        suite.write(values=ACCURACY, test_it=LOGGED)
        monkeypatch.setenv("ACCURACY", "0.9")
        options = ["--autolog-strict-baseline"] if strict else []

        result = suite.run("--autolog", "--autolog-fail=acuracy:-1%", *options)

        assert "--autolog-fail=acuracy:-1%: no test has recorded such" in result.stdout.str()
        assert result.ret == (pytest.ExitCode.TESTS_FAILED if strict else pytest.ExitCode.OK)

    @pytest.mark.parametrize("strict", [False, True])
    def test_an_option_is_reported_where_no_test_records_anything(self, suite, strict):
        suite.write("def test_it(): pass")

        options = ("--autolog-strict-baseline",) if strict else ()
        result = suite.run("--autolog", "--autolog-fail=accuracy:-1%", *options)

        assert result.ret == int(strict)
        result.stdout.fnmatch_lines(["*no test has recorded such a metric*"])

    def test_a_check_of_what_was_not_recorded_fails(self, suite, run):
        suite.write(test_it="def test_it(autolog_run): autolog_run.check('accuracy')")

        counts, output = run(0.9, "--autolog")

        assert counts == {"failed": 1}
        assert "This test has recorded no metric 'accuracy'." in output

    def test_a_check_says_if_it_cannot_tell_which_way_is_worse(self, suite, run):
        suite.write(
            test_it="""
    def test_it(autolog_run):
        autolog_run.log_metric("clusters", 3)
        autolog_run.check("clusters")
"""
        )

        counts, output = run(0.9, "--autolog")

        assert counts == {"failed": 1}
        assert "say higher_is_better=True, or False" in output

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--autolog", "--autolog-fail=clusters"], "cannot be told from its name"),
            (["--autolog", "--autolog-fail=loss:much"], "expected a metric and how much worse"),
            (["--autolog", "--autolog-baseline=bad.json"], "bad.json is no file of baselines"),
            (
                ["--autolog", "--autolog-baseline=last", "--autolog-update-baseline"],
                "--autolog-baseline=last names none",
            ),
            (["--autolog", "--autolog-baseline=branch:"], "as in branch:main"),
            (["--autolog-fail=loss:1%"], "--autolog-fail is about what --autolog records"),
            (["--autolog-update-baseline"], "--autolog-update-baseline is about what"),
            (["--autolog-report=a.md"], "--autolog-report is about what"),
        ],
    )
    def test_what_cannot_be_meant_is_refused_at_once(self, suite, arguments, message):
        (suite.path / "bad.json").write_text("[]")

        result = suite.pytester.runpytest_inprocess("-p", "autolog", *arguments)

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert message in result.stderr.str()

    def test_a_pattern_that_meets_a_metric_whose_way_it_cannot_tell_fails_there(self, suite, run):
        suite.write(
            """
    import autolog

    def test_it():
        autolog.log_metric("clusters", 3)
"""
        )

        counts, output = run(0.9, "--autolog", "--autolog-fail=*:1%")

        assert counts == {"failed": 1}
        assert "clusters:-1% fails if it falls, clusters:+1% if it rises" in output

    def test_a_gate_of_the_ini_file_is_about_all_tests_and_not_about_some(self, suite):
        suite.write("def test_it(): pass")
        suite.pytester.makeini(
            "[pytest]\nautolog = true\nautolog_fail = accuracy:-1%\nautolog_strict_baseline = true"
        )

        codes = [suite.run(*which).ret for which in ([], ["test_it.py"], ["-k", "it"])]

        assert codes == [pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.OK, pytest.ExitCode.OK]

    def test_an_update_without_anything_compared_says_so(self, suite, run):
        suite.write(test_it=LOGGED)

        _, output = run(0.9, "--autolog", "--autolog-update-baseline")

        assert "autolog-baseline.json stays as it is: no test has compared a metric" in output
        assert not (suite.path / BASELINE).exists()
