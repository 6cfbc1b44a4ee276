"""The runs below a run, as `autolog show` draws them."""

from __future__ import annotations

import re

import pytest

import autolog


@pytest.fixture
def session(monkeypatch):
    """A run as of a session of tests: two tests, of which one has trained twice more."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    with autolog.run("session") as session:
        with autolog.run("t.py::test_a[x]", tags={"pytest.outcome": "failed"}) as test:
            test.log_metrics({"val_accuracy": 0.5, "pytest.duration_seconds": 3.0})
            with autolog.run("second"):
                autolog.log_metrics({f"m{number}": number for number in range(9)})
                with autolog.run("inner"):
                    pass
            with autolog.run("third"):
                pass
        with autolog.run("t.py::test_b", tags={"pytest.outcome": "passed"}):
            pass
    autolog.shutdown()
    return session.run_id


def rows(output):
    """The lines below the heading, without ids and durations."""
    lines = output.partition("Children\n")[2].partition("\n\n")[0].splitlines()
    return [re.sub(r"^[0-9a-f]{8}  |\s+\d+ ms$", "", line).rstrip() for line in lines]


def test_the_runs_of_a_session_are_a_tree(call, session):
    drawn = [
        re.split(r" +(?:passed|failed|FINISHED)", line)[0]
        for line in rows(call("show", session).stdout)
    ]

    assert drawn == [
        "t.py::test_a[x]",
        "├─ second",
        "│  └─ inner",
        "└─ third",
        "t.py::test_b",
    ]


def test_a_test_has_its_outcome_and_any_other_run_its_status(call, session):
    shown = [line.split()[-1] for line in rows(call("show", session).stdout) if "=" not in line]

    assert shown == ["FINISHED", "FINISHED", "passed"]


def test_the_most_telling_metrics_stand_beside_a_run(call, session):
    first, second, *_ = rows(call("show", session).stdout)

    assert re.search(r"failed +val_accuracy=0\.5$", first)
    assert re.search(r"FINISHED +m0=0  m1=1  m2=2  \.\.\.$", second)


def test_of_a_test_the_metrics_stand_there_that_it_has_compared_with_a_baseline(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    tags = {"pytest.check.f1": "passed: 0.9"}
    with autolog.run("session") as session, autolog.run("t.py::test_a", tags=tags) as test:
        test.log_metrics({"accuracy": 0.5, "f1": 0.9})

    (row,) = rows(call("show", session.run_id).stdout)

    assert re.search(r"FINISHED +f1=0\.9  \.\.\.$", row)


def test_how_long_each_took_stands_last(call, session):
    output = call("show", session).stdout

    lines = output.partition("Children\n")[2].partition("\n\n")[0].splitlines()
    assert all(re.search(r"\d+ ms$", line.rstrip()) for line in lines)
