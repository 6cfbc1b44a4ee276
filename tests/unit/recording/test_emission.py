"""Listening to what a process records."""

from __future__ import annotations

import os

import autolog
from autolog.process import ensure_session
from autolog.testing import record


def test_each_event_is_heard_once_it_is_kept():
    first, second = [], []
    with record() as runs:
        emission = ensure_session().emission
        autolog.log_metric("a", 1.0)
        emission.listen(first.append)
        autolog.log_metric("b", 1.0)
        emission.listen(first.append)
        autolog.log_metric("c", 1.0)
        emission.listen(second.append)
        autolog.log_metric("d", 1.0)

        kept = [event for event in runs.events if getattr(event, "metrics", None)]

    assert [list(event.metrics) for event in kept] == [["a"], ["b"], ["c"], ["d"]]
    assert [list(event.metrics) for event in first] == [["b"], ["c"]]
    assert [list(event.metrics) for event in second if hasattr(event, "metrics")][:1] == [["d"]]


def test_nothing_is_heard_of_what_is_not_recorded(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    heard = []
    with record():
        ensure_session().emission.listen(heard.append)
        autolog.log_metric("a", 1.0)

    assert heard == []


def test_a_fork_hears_what_it_records_itself():
    with record():
        heard = []
        ensure_session().emission.listen(heard.append)
        autolog.log_metric("a", 1.0)
        child = os.fork()
        if child == 0:
            before = len(heard)
            autolog.log_metric("b", 1.0)
            os._exit(len(heard) - before)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) >= 1
