"""Tests in processes of their own: pytest-xdist, forked tests, reruns and crashes."""

from __future__ import annotations

import os
from importlib import metadata

import pytest

SUITE = """
    import autolog, pytest, toylearn

    @pytest.fixture
    def fitted():
        return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

    @pytest.mark.parametrize("number", range(4))
    def test_trains(number, fitted):
        toylearn.Slope().fit([1.0, 2.0], [3.0, 6.0])
        autolog.log_metric("number", number)

    def test_fails(fitted):
        print("seen before it fails")
        assert False

    def test_nothing():
        pass
"""


def tree(run):
    """A run and those below it, without what is different each time."""
    mine = {name for name in run.metrics if not name.startswith("pytest.")}
    tags = {
        name: value
        for name, value in run.tags.items()
        if name in {"pytest.kind", "pytest.outcome", "pytest.attempt", "pytest.output"}
    }
    below = sorted((tree(child) for child in run.children), key=str)
    return run.name, run.status, run.params, sorted(mine), tags, below


def counts(run):
    return {name: value for name, value in run.metrics.items() if "duration" not in name}


def test_workers_give_the_same_tree_as_one_process(suite, pytester, monkeypatch):
    suite.write(SUITE)

    suite.run("--autolog", "-n", "0", plugins=("xdist",)).assert_outcomes(passed=5, failed=1)
    monkeypatch.setenv("AUTOLOG_DIR", str(suite.path / "workers"))
    suite.run("--autolog", "-n", "2", plugins=("xdist",)).assert_outcomes(passed=5, failed=1)

    alone = suite.session_run
    (together,) = type(suite.store)(suite.path / "workers" / "runs.db").runs(parent=None)
    assert tree(together) == tree(alone)
    assert counts(together) == counts(alone)
    assert len(alone.children) == 5
    assert not list((suite.path / "workers" / "journal").iterdir())


def test_workers_leave_it_to_the_controller_to_ask_for_the_state_of_git(
    suite, monkeypatch, tmp_path
):
    suite.write(SUITE)
    (suite.path / ".git").mkdir()
    for name, text in {"HEAD": "0" * 40, "config": ""}.items():
        (suite.path / ".git" / name).write_text(text)
    git, asked = tmp_path / "git", tmp_path / "asked"
    git.write_text(f"#!/bin/sh\necho asked >> {asked}\n")
    git.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    suite.run("--autolog", "-n", "2", plugins=("xdist",)).assert_outcomes(passed=5, failed=1)

    assert asked.read_text() == "asked\n"
    assert suite.session_run.tags["git.commit"] == "0" * 40


def test_groups_of_workers_do_not_change_the_names_of_tests(suite):
    suite.pytester.makeini("[pytest]\nmarkers = xdist_group")
    suite.write("""
        import pytest, toylearn

        @pytest.mark.xdist_group("heavy")
        def test_it(): toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """)
    options = ("-n", "1", "--dist", "loadgroup")

    suite.run("--autolog", *options, plugins=("xdist",)).assert_outcomes(passed=1)

    assert set(suite.runs) == {"test_it.py::test_it"}


@pytest.mark.parametrize("crash", ["os._exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_run_of_a_worker_that_crashes_is_killed(suite, crash):
    suite.write(f"""
        import os, signal, toylearn

        def test_crashes():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
            {crash}

        def test_after():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """)

    suite.run("--autolog", "-n", "1", plugins=("xdist",)).assert_outcomes(passed=1, failed=1)

    statuses = {name: run.status for name, run in suite.runs.items()}
    assert statuses == {"test_it.py::test_crashes": "KILLED", "test_it.py::test_after": "FINISHED"}
    assert suite.runs["test_it.py::test_crashes"].metrics["slope"] == 2.0
    session = suite.session_run
    assert (session.status, session.metrics["pytest.failed"]) == ("FAILED", 1)


FORKS = """
    import json, os
    from _pytest.runner import runtestprotocol

    def pytest_runtest_protocol(item, nextitem):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            reports = map(to_plain(item), runtestprotocol(item, nextitem=nextitem, log=False))
            os.write(writer, json.dumps(list(reports)).encode())
            os._exit(0)
        os.close(writer)
        with open(reader) as file:
            text = file.read()
        status = os.waitpid(child, 0)[1]
        for report in map(from_plain(item), json.loads(text or "[]")):
            item.ihook.pytest_runtest_logreport(report=report)
        assert status == 0 or not text
        return True

    def to_plain(item):
        make = item.config.hook.pytest_report_to_serializable
        return lambda report: make(config=item.config, report=report)

    def from_plain(item):
        make = item.config.hook.pytest_report_from_serializable
        return lambda data: make(config=item.config, data=data)
"""


@pytest.mark.parametrize("by", ["pytest-forked", "a conftest"])
def test_forked_tests(suite, by):
    suite.write(
        SUITE
        + """
    def test_crashes(fitted):
        import os
        os._exit(3)
    """
    )
    if by == "a conftest":
        suite.write(conftest=FORKS)
        suite.run("--autolog").assert_outcomes(passed=5, failed=1)
    else:
        options = ("-p", "no:autolog", "-p", "pytest_forked", "--forked", "-k", "test_nothing")
        if suite.pytester.runpytest_subprocess(*options).ret != 0:
            versions = f"{metadata.version('pytest-forked')}, pytest {pytest.__version__}"
            pytest.skip(f"pytest-forked fails by itself, without autolog's plugin: {versions}")
        suite.run("--autolog", "--forked", plugins=("pytest_forked",)).assert_outcomes(
            passed=5, failed=2
        )

    runs = suite.runs
    assert set(runs) == {
        *(f"test_it.py::test_trains[{number}]" for number in range(4)),
        "test_it.py::test_fails",
        "test_it.py::test_crashes",
    }
    trained = runs["test_it.py::test_trains[3]"]
    assert (trained.status, trained.metrics["number"], len(trained.children)) == ("FINISHED", 3, 1)
    assert runs["test_it.py::test_fails"].error.type == "AssertionError"
    assert runs["test_it.py::test_crashes"].status == "KILLED"


def test_processes_that_a_test_forks(suite):
    suite.write("""
        import multiprocessing, toylearn

        def fit():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        def fit_elsewhere():
            child = multiprocessing.get_context("fork").Process(target=fit)
            child.start()
            child.join()
            assert child.exitcode == 0

        def test_trains_elsewhere():
            fit_elsewhere()

        def test_trains_here_too():
            fit()
            fit_elsewhere()
    """)

    suite.run("--autolog", "-W", "ignore").assert_outcomes(passed=2)

    elsewhere = suite.runs["test_it.py::test_trains_elsewhere"]
    both = suite.runs["test_it.py::test_trains_here_too"]
    assert (elsewhere.status, elsewhere.metrics["slope"]) == ("FINISHED", 2.0)
    assert (both.status, [run.status for run in both.children]) == ("FINISHED", ["FINISHED"])


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["plain", "xdist"])
def test_every_attempt_is_seen(suite, options):
    suite.write("""
        import autolog, toylearn
        attempts = []

        def test_flaky():
            attempts.append(1)
            autolog.log_metric("attempts", len(attempts))
            assert len(attempts) == 3
    """)

    result = suite.run("--autolog", "--reruns", "2", *options, plugins=("rerunfailures", "xdist"))

    result.assert_outcomes(passed=1)
    attempts = [
        (run.name, run.tags["pytest.attempt"], run.tags["pytest.outcome"], run.status)
        for run in suite.session_run.children
    ]
    assert attempts == [
        ("test_it.py::test_flaky", "1", "failed", "FAILED"),
        ("test_it.py::test_flaky", "2", "failed", "FAILED"),
        ("test_it.py::test_flaky", "3", "passed", "FINISHED"),
    ]
    assert [run.metrics["attempts"] for run in suite.session_run.children] == [1, 2, 3]
    assert suite.session_run.metrics["pytest.rerun"] == 2
