"""Runs that begin with the first that is said of them."""

from __future__ import annotations

import threading

import pytest

from autolog import context
from autolog.context import Scope
from autolog.process import ensure_session, shut_down
from autolog.recording.automatic import AutomaticRun
from autolog.recording.waiting_run import WaitingRun
from autolog.testing import record


@pytest.fixture
def runs():
    with record() as runs:
        yield runs


@pytest.fixture
def waiting(runs):
    return WaitingRun(lambda _: ensure_session().start_run("waiting", None, None))


def test_a_run_of_which_nothing_is_said_does_not_exist(runs, waiting):
    assert (waiting.ended, waiting.has_begun) == (True, False)
    assert repr(waiting) == "<Run that has not begun>"
    assert not hasattr(waiting, "anything_else")

    waiting.end()

    assert runs.all == []


@pytest.mark.parametrize(
    "want",
    [
        lambda run: run.run_id,
        lambda run: run.log_metric("loss", 0.5),
        lambda run: run.child("inner").end(),
        lambda run: run.step_logger(),
        lambda run: run.claim(),
        lambda run: run.is_of(ensure_session().channel),
    ],
    ids=["id", "metric", "child", "step logger", "training", "session"],
)
def test_whoever_wants_it_has_it_begin_once(runs, waiting, want):
    want(waiting)
    want(waiting)
    waiting.end()

    (run,) = runs
    assert (run.name, run.status) == ("waiting", "FINISHED")
    assert not waiting.ended or waiting.has_begun


def test_threads_that_want_it_at_once_have_one_run(runs, waiting):
    barrier = threading.Barrier(8)

    def want():
        barrier.wait()
        waiting.log_metric("loss", 0.5)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs.only.metric_history("loss")) == 8


def test_it_is_recorded_into_automatically_as_any_other(runs, waiting):
    waiting.claim()
    automatic = AutomaticRun(waiting, ensure_session().settings())

    automatic.log_params({"rate": 0.1})
    waiting.log_params({"size": 3})

    assert runs.only.params == {"rate": "0.1", "size": "3"}


def test_it_ends_with_its_session_and_goes_on_in_the_next(tmp_path):
    known = []

    def begin(known_id):
        known.append(known_id)
        session = ensure_session()
        if known_id is None:
            return session.start_run("waiting", None, None)
        return session.reopen_run(known_id)[0]

    run = WaitingRun(begin)
    context.outside = Scope(run)
    try:
        run.log_metric("before", 1.0)
        first = run.run_id
        shut_down()
        assert run.ended

        run.log_metric("after", 1.0)
        assert (run.run_id, known) == (first, [None, first])
        assert not run.ended
    finally:
        context.outside = Scope()
