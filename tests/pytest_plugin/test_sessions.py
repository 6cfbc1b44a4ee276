"""A session of tests is the run that those of its tests belong under."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from autolog.events import Status

FIT = "toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])"


def test_what_is_said_of_a_session(suite, monkeypatch):
    for command in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        who = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        subprocess.run(["git", *who, *command], cwd=suite.path, check=True)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GITHUB_RUN_ID", "17")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("GITHUB_HEAD_REF", "feature")
    suite.write("""
        import autolog, pytest
        def test_passes(): pass
        def test_fails(): assert False
        def test_skips(): pytest.skip()
        @pytest.fixture
        def broken(): assert False
        def test_errs(broken): pass
        @pytest.mark.xfail
        def test_xfails(): assert False
    """)

    suite.run("--autolog", "test_it.py")

    run = suite.session_run
    assert (run.name, run.status, run.experiment) == ("pytest test_it.py", "FAILED", "default")
    counts = {name.removeprefix("pytest."): value for name, value in run.metrics.items()}
    assert counts.pop("duration_seconds") > 0
    assert counts == {"passed": 1, "failed": 1, "skipped": 1, "errors": 1, "xfailed": 1}
    assert len(run.tags["git.commit"]) == 40
    assert "--autolog test_it.py" in run.tags["command_line"]
    assert run.tags["pytest.version"] == pytest.__version__
    assert run.tags["pytest.outcome"] == "failed"
    assert {"pytest", "msgspec"} <= set(run.packages)
    assert (run.tags["ci.CI"], run.tags["ci.GITHUB_RUN_ID"]) == ("true", "17")
    assert run.tags["git.branch"] == "feature"
    assert "ghp_secret" not in str(run.tags)


OTHER_TERMINAL = """
    import pytest
    from _pytest.terminal import TerminalReporter

    class Quiet(TerminalReporter):
        def pytest_runtest_logreport(self, report):
            pass

    @pytest.hookimpl(trylast=True)
    def pytest_configure(config):
        earlier = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.unregister(earlier)
        config.pluginmanager.register(Quiet(config), "terminalreporter")
"""


@pytest.mark.parametrize(
    ("arguments", "conftest"),
    [((), ""), (("-p", "no:terminal"), ""), ((), OTHER_TERMINAL), (("-n", "2"), "")],
    ids=["pytest's terminal", "no terminal", "somebody's terminal", "workers"],
)
def test_tests_are_counted_whatever_the_terminal_keeps_of_them(suite, arguments, conftest):
    suite.write(
        """
        import pytest
        def test_passes(): pass
        def test_fails(): assert False
        def test_skips(): pytest.skip()
        @pytest.fixture
        def broken():
            yield
            assert False
        def test_errs_at_its_end(broken): pass
        @pytest.mark.xfail
        def test_xfails(): assert False
        @pytest.mark.xfail
        def test_xpasses(): pass
        def test_left_out(): pass
    """,
        test_skipped="import pytest; pytest.skip(allow_module_level=True)",
        test_broken="import nothing_of_this_name",
        conftest=conftest,
    )

    suite.run(
        *("--autolog", "-k", "not left_out", "--continue-on-collection-errors", *arguments),
        plugins=("xdist",),
    )

    counts = {
        name.removeprefix("pytest."): value
        for name, value in suite.session_run.metrics.items()
        if name != "pytest.duration_seconds"
    }
    if "-n" not in arguments:  # the controller leaves nothing out itself
        assert counts.pop("deselected") == 1
    assert counts == {
        "passed": 2,
        "failed": 1,
        "skipped": 1,
        "errors": 2,
        "xfailed": 1,
        "xpassed": 1,
    }


@pytest.mark.parametrize(
    ("text", "arguments", "status", "outcome"),
    [
        ("def test_it(): pass", (), "FINISHED", "passed"),
        ("def test_it(): pass", ("-k", "other"), "FINISHED", "no tests"),
        ("import nothing_of_this_name", (), "FAILED", "interrupted"),
        ("import pytest\ndef test_it(): pytest.exit('enough', 17)", (), "FAILED", "interrupted"),
    ],
    ids=["passed", "no tests", "collection error", "exit code of its own"],
)
def test_how_a_session_ends(suite, text, arguments, status, outcome):
    suite.write(text)

    suite.run("--autolog", *arguments)

    run = suite.session_run
    assert (run.status, run.tags["pytest.outcome"]) == (status, outcome)
    assert run.metrics["pytest.errors"] == ("nothing_of_this_name" in text)
    assert run.metrics.get("pytest.deselected", 0) == (outcome == "no tests")


def test_the_first_failure_may_end_it(suite):
    suite.write(f"""
        import toylearn
        def test_first(): {FIT}
        def test_fails(): {FIT}; assert False
        def test_never(): {FIT}
    """)

    suite.run("--autolog", "-x")

    assert suite.outcomes == {
        "test_it.py::test_first": "passed",
        "test_it.py::test_fails": "failed",
    }
    assert suite.session_run.metrics["pytest.passed"] == 1


def test_ctrl_c_ends_the_test_and_the_session(suite, pytester):
    suite.write(f"""
        import time, toylearn
        from pathlib import Path
        def test_first(): {FIT}
        def test_interrupted():
            {FIT}
            Path("ready").touch()
            time.sleep(60)
        def test_never(): {FIT}
    """)
    suite.write(
        interruptible="""
        import signal, sys, pytest
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have ignored
        sys.exit(pytest.main(["-p", "autolog", "--autolog"]))
        """
    )
    command = [sys.executable, "interruptible.py"]
    process = subprocess.Popen(command, cwd=suite.path, stdout=subprocess.PIPE)
    while not (suite.path / "ready").exists():
        assert process.poll() is None
        time.sleep(0.05)

    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert suite.outcomes == {
        "test_it.py::test_first": "passed",
        "test_it.py::test_interrupted": "interrupted",
    }
    test, session = suite.runs["test_it.py::test_interrupted"], suite.session_run
    assert (test.status, test.error.type) == ("FAILED", "KeyboardInterrupt")
    assert (session.status, session.tags["pytest.outcome"]) == ("FAILED", "interrupted")


def test_what_is_trained_beside_all_tests_is_a_child_of_the_session(suite):
    suite.write(f"""
        import toylearn
        model = {FIT}
        def test_it(): {FIT}
    """)

    suite.run("--autolog")

    assert set(suite.runs) == {"Slope", "test_it.py::test_it"}


def test_a_conftest_that_calls_autolog_itself(suite):
    suite.write(
        conftest="""
        from autolog import autolog
        autolog(experiment="trial", tags={"team": "risk"}, toylearn={"log_models": False})
        """,
        test_it=f"""
        import toylearn
        def test_it(): {FIT}
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=1)

    (test,) = suite.session_run.children
    assert (suite.session_run.experiment, test.experiment) == ("trial", "trial")
    assert test.tags["team"] == "risk"
    assert not test.models


def test_a_conftest_may_switch_everything_off(suite):
    suite.write(
        conftest="from autolog import autolog\nautolog(disable=True)",
        test_it=f"""
        import toylearn
        def test_it(): {FIT}
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=1)

    assert suite.runs == {}


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_fixture_of_a_conftest_that_sends_runs_elsewhere(suite, options):
    suite.write(
        conftest="""
        import pytest
        from autolog import autolog

        @pytest.fixture(scope="session", autouse=True)
        def tracking():
            autolog(sink="sqlite:///elsewhere.db")
        """,
        test_it=f"""
        import toylearn
        def test_first(): {FIT}
        def test_second(): {FIT}
        """,
    )

    suite.run("--autolog", *options, plugins=("xdist",)).assert_outcomes(passed=2)

    store = type(suite.store)(suite.path / "elsewhere.db")
    (session,) = store.runs(parent=None)
    assert session.tags["pytest.kind"] == "session"
    names = {run.name for run in session.children}
    assert names == {"test_it.py::test_first", "test_it.py::test_second"}


def test_tests_that_end_or_exchange_the_session_of_autolog(suite):
    suite.write(f"""
        import autolog, toylearn
        from autolog.testing import record

        def test_first():
            {FIT}

        def test_that_shuts_down():
            {FIT}
            autolog.shutdown()

        def test_that_records_elsewhere():
            {FIT}
            autolog.autolog(sink="memory:here")
            autolog.log_metric("later", 1.0)
            autolog.shutdown()

        def test_that_records_for_itself():
            autolog.log_metric("before", 1.0)
            with record() as runs:
                {FIT}
            assert runs.only.metrics["slope"]
            autolog.log_metric("after", 1.0)

        def test_that_disables():
            autolog.disable()
            {FIT}

        def test_last():
            {FIT}
    """)

    suite.run("--autolog").assert_outcomes(passed=6)

    assert suite.outcomes == {
        "test_it.py::test_first": "passed",
        "test_it.py::test_that_shuts_down": "passed",
        "test_it.py::test_that_records_elsewhere": "passed",
        "test_it.py::test_that_records_for_itself": "passed",
        "test_it.py::test_last": "passed",
    }
    own = suite.runs["test_it.py::test_that_records_for_itself"].metrics
    assert {name for name in own if "pytest" not in name} == {"before", "after"}
    assert {run.status for run in suite.store.runs()} == {Status.FINISHED}


def test_a_session_within_a_script_leaves_nothing_behind(suite):
    suite.write(f"import toylearn\ndef test_it(): {FIT}")
    suite.write(
        script="""
        import pytest, toylearn
        fit = toylearn.Slope.fit
        assert pytest.main(["-p", "autolog", "--autolog", "test_it.py"]) == 0
        assert toylearn.Slope.fit is fit
        """
    )

    result = suite.pytester.runpython("script.py")

    assert result.ret == 0
    assert suite.outcomes == {"test_it.py::test_it": "passed"}


def test_options_that_cannot_be_read_are_an_error_of_usage(suite, monkeypatch):
    monkeypatch.setenv("AUTOLOG_EVERY_N_STEPS", "some")
    suite.write("def test_it(): pass")

    result = suite.run("--autolog")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*AUTOLOG_EVERY_N_STEPS*"])


@pytest.mark.parametrize("value", ["0", "false"])
def test_the_environment_may_switch_it_off(suite, monkeypatch, value):
    monkeypatch.setenv("AUTOLOG", value)
    suite.write(f"import toylearn\ndef test_it(): {FIT}")

    suite.run("--autolog").assert_outcomes(passed=1)

    assert not (suite.path / ".autolog").exists()
