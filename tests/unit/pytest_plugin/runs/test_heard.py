"""What is heard of runs while a test is under way."""

from __future__ import annotations

from autolog.events import MetricsLogged, RunStarted, TagsSet
from autolog.pytest_plugin.runs.heard import Heard

ROOT, CHILD, GRANDCHILD, OTHER = "a" * 32, "b" * 32, "c" * 32, "d" * 32


def heard_of(*events, keeps_events=False):
    heard = Heard(keeps_events=keeps_events)
    for event in events:
        heard.hear(event)
    return heard


def started(run_id, parent=None):
    return RunStarted(run_id, 0, 0, "any", "default", parent)


def logged(run_id, step=0, **metrics):
    return MetricsLogged(run_id, 1, 0, step, metrics)


def test_the_value_of_the_highest_step_counts_and_of_equal_ones_the_latest():
    heard = heard_of(
        logged(ROOT, 2, loss=0.2), logged(ROOT, 1, loss=0.9), logged(ROOT, 2, loss=0.1)
    )

    assert heard.metrics(ROOT) == {"loss": 0.1}


def test_what_a_run_has_not_itself_is_that_of_the_runs_below():
    heard = heard_of(
        started(ROOT),
        started(CHILD, ROOT),
        started(GRANDCHILD, CHILD),
        started(OTHER),
        logged(GRANDCHILD, score=0.5, depth=2.0),
        logged(ROOT, score=0.9),
        logged(CHILD, depth=1.0),
        logged(OTHER, other=1.0),
    )

    assert heard.metrics(ROOT) == {"score": 0.9, "depth": 1.0}
    assert list(heard.runs(ROOT)) == [ROOT, CHILD, GRANDCHILD]


def test_a_run_of_which_nothing_is_known_has_no_metrics():
    assert heard_of().metrics(ROOT) == {}


def test_events_are_kept_where_they_are_wanted():
    events = [started(ROOT), TagsSet(ROOT, 1, 0, {"team": "risk"}), logged(ROOT, loss=0.5)]

    assert heard_of(*events, keeps_events=True).events == events
    assert heard_of(*events).events == []
