"""Baselines from earlier runs in the store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import autolog
from autolog.errors import StoreMissing
from autolog.pytest_plugin.gates.baselines import MOST_RUNS
from autolog.pytest_plugin.gates.stored_baselines import StoredBaselines
from autolog.store import Store

TEST = "t.py::test_a[it's `x`]"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")


def run_tests(metrics, *, branch="main", outcome="passed", test=TEST, children=()):
    """Records a session of one test; gives the ids of both runs."""
    tags = {"pytest.kind": "session", "pytest.outcome": "passed"}
    if branch is not None:
        tags["git.branch"] = branch
    test_tags = {"pytest.outcome": outcome}
    with autolog.run("session", tags=tags) as session, autolog.run(test, tags=test_tags) as run:
        run.log_metrics(metrics)
        for child in children:
            with autolog.run("child"):
                autolog.log_metrics(child)
    return session.run_id, run.run_id


def stored(branch=None, *, present=None):
    """The baselines, once everything is in the store."""
    autolog.shutdown()
    directory = Path(os.environ["AUTOLOG_DIR"])
    return StoredBaselines(lambda: Store(directory / "runs.db"), lambda: present, branch)


def test_the_last_run_that_has_passed_is_the_baseline():
    run_tests({"accuracy": 0.8})
    _, newest = run_tests({"accuracy": 0.9})
    run_tests({"accuracy": 0.1}, outcome="failed")
    run_tests({"accuracy": 0.2}, test="t.py::test_other")

    baselines = stored()

    found = baselines.find(TEST, "accuracy")
    assert (found.value, found.source) == (0.9, f"run {newest[:8]}")


def test_the_present_session_is_no_baseline():
    run_tests({"accuracy": 0.8})
    present, _ = run_tests({"accuracy": 0.9})

    for branch in (None, "main"):
        assert stored(branch, present=present).find(TEST, "accuracy").value == 0.8


def test_of_a_branch_only_its_own_runs_count():
    run_tests({"accuracy": 0.8}, branch="main")
    run_tests({"accuracy": 0.9}, branch="better's")
    run_tests({"accuracy": 0.7}, branch=None)

    found = [stored(branch).find(TEST, "accuracy") for branch in ("main", "better's", "none")]

    assert [one and one.value for one in found] == [0.8, 0.9, None]
    assert found[0].source.endswith(" on main")


def test_a_training_on_the_branch_is_no_session_of_tests():
    training = autolog.run("training", tags={"git.branch": "main"})
    with training, autolog.run(TEST, tags={"pytest.outcome": "passed"}):
        autolog.log_metrics({"accuracy": 0.8})

    assert stored("main").find(TEST, "accuracy") is None


def test_a_metric_that_the_test_itself_has_not_is_that_of_the_runs_below_it():
    run_tests({"accuracy": 0.8}, children=[{"accuracy": 0.1, "f1": 0.5}, {"f1": 0.6}])

    baselines = stored()

    assert baselines.find(TEST, "accuracy").value == 0.8
    assert baselines.find(TEST, "f1").value == 0.6


def test_what_pytest_measures_and_what_is_no_number_cannot_be_compared_with():
    run_tests({"accuracy": 0.8, "loss": float("nan"), "pytest.duration_seconds": 1.0})

    assert set(stored().metrics(TEST)) == {"accuracy"}


def test_earlier_runs_come_oldest_first_and_only_the_last_ones():
    for number in range(MOST_RUNS + 2):
        run_tests({"accuracy": float(number)} if number != 5 else {"loss": 1.0})

    earlier = stored().earlier(TEST, "accuracy")

    assert earlier == tuple(float(number) for number in range(2, MOST_RUNS + 2) if number != 5)


def test_why_there_is_no_baseline_is_told():
    run_tests({"accuracy": 0.8})

    baselines = stored("main")

    assert baselines.missing("t.py::test_new") == (
        "the store has no run of this test that has passed on main"
    )
    assert baselines.missing(TEST) == "the last run that has passed on main has no such metric"


def test_without_a_store_there_are_none():
    def missing():
        raise StoreMissing("nothing was recorded here")

    baselines = StoredBaselines(missing, lambda: None)

    assert baselines.find(TEST, "accuracy") is None
    assert list(baselines.metrics(TEST)) == []
    assert baselines.earlier(TEST, "accuracy") == ()


def test_a_store_that_cannot_be_read_has_no_baselines_and_that_is_told(tmp_path):
    (tmp_path / "runs.db").write_bytes(b"no database" * 100)
    baselines = StoredBaselines(lambda: Store(tmp_path / "runs.db"), lambda: None)

    assert baselines.find("a", "accuracy") is None
    assert "runs.db cannot be read" in baselines.missing("a")
