"""Recording into memory, for tests."""

from __future__ import annotations

import pytest
from sklearn.linear_model import LinearRegression

import autolog
from autolog.sinks.memory import MemorySink
from autolog.store import Store
from autolog.testing import record

X, Y = [[0.0], [1.0]], [0.0, 1.0]


def test_a_call_of_autolog_in_the_block_adds_to_the_options_of_the_block():
    with record(experiment="trial") as runs:
        autolog.autolog(tags={"team": "a"})
        LinearRegression().fit(X, Y)

    assert (runs.only.experiment, runs.only.tags["team"]) == ("trial", "a")


def test_nothing_stays_patched_after_the_block_whatever_was_called_in_it():
    original = vars(LinearRegression)["fit"]

    with record():
        autolog.autolog(sink="memory:elsewhere")

    assert vars(LinearRegression)["fit"] is original


def test_a_session_and_a_run_around_the_block_rest_meanwhile():
    autolog.autolog(sink="memory:around")
    with autolog.run("outer") as outer:
        with record() as runs:
            LinearRegression().fit(X, Y)
        outer.log_metric("after", 1.0)
        LinearRegression().fit(X, Y)

    assert (runs.only.name, runs.only.status) == ("LinearRegression", "FINISHED")
    assert autolog.active_run() is None
    autolog.flush()
    events = MemorySink.named("memory:around").events
    assert {event.run_id for event in events} == {outer.run_id}
    metrics = {name for event in events for name in getattr(event, "metrics", ())}
    assert {"after", "training_score"} <= metrics


def test_runs_are_plain_objects():
    with record() as runs, autolog.run("outer") as outer:
        outer.log_param("rate", 0.1)
        outer.log_metric("loss", 0.5, step=2)
        with autolog.run("inner"):
            pass

    first, second = runs.all
    assert (first.name, first.status, first.params) == ("outer", "FINISHED", {"rate": "0.1"})
    assert first.metric_history("loss") == [(2, 0.5)]
    assert (first.children, second.parent_run_id) == ([second], outer.run_id)


@pytest.mark.parametrize("several", [False, True])
def test_sinks_that_are_named_get_the_runs_besides(tmp_path, several):
    MemorySink.forget()
    database = f"sqlite:///{tmp_path}/runs.db"

    with record(sink=["memory:beside", database] if several else database) as runs:
        LinearRegression().fit(X, Y)

    (stored,) = Store(tmp_path / "runs.db").runs()
    assert stored.metrics == runs.only.metrics
    assert bool(MemorySink.named("memory:beside").events) is several
