"""What is made of the metrics in a batch before the server is asked."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from autolog.events import MetricsLogged, ParamsLogged
from autolog.sinks.sql.collecting import LARGEST_STEP, collect

RUNS = ["a" * 32, "b" * 32]

metrics = st.dictionaries(st.sampled_from("xyz"), st.floats(allow_nan=False), max_size=3)
events = st.one_of(
    st.builds(
        MetricsLogged,
        st.sampled_from(RUNS),
        st.just(0),
        st.integers(0, 10**9),
        st.integers(-5, 5),
        metrics,
    ),
    st.builds(ParamsLogged, st.sampled_from(RUNS), st.just(0), st.just(0), st.just({})),
)


@given(st.lists(events))
def test_every_point_is_there_once_in_its_order(given_events):
    collected = collect(given_events)

    logged = [event for event in given_events if isinstance(event, MetricsLogged)]
    for run_id in RUNS:
        of_run = [event for event in logged if event.run_id == run_id and event.metrics]
        steps = collected.steps[run_id].steps if run_id in collected.steps else []
        assert steps == [
            (event.step, event.time_ns // 1_000_000, event.metrics) for event in of_run
        ]
        for name in "xyz":
            counted = collected.steps[run_id].counts.get(name, 0) if steps else 0
            assert counted == sum(name in event.metrics for event in of_run)


@given(st.lists(events))
def test_the_last_point_of_a_metric_is_the_latest_of_its_largest_step(given_events):
    collected = collect(given_events)

    for steps in collected.steps.values():
        for name in steps.counts:
            points = [(*when, metrics[name]) for *when, metrics in steps.steps if name in metrics]
            # of those at once, the one that was logged last
            assert steps.last[name] == max(reversed(points), key=lambda point: point[:2])
        assert steps.last.keys() == steps.counts.keys()


@given(st.lists(events))
def test_all_else_and_the_first_metrics_of_each_run_are_notable(given_events):
    collected = collect(given_events)

    firsts = {}
    for place, event in enumerate(given_events):
        if isinstance(event, MetricsLogged):
            firsts.setdefault(event.run_id, place)
    assert collected.notable == [
        event
        for place, event in enumerate(given_events)
        if not isinstance(event, MetricsLogged) or firsts[event.run_id] == place
    ]


@pytest.mark.parametrize("step", [LARGEST_STEP + 1, -LARGEST_STEP - 1])
def test_a_step_that_no_column_can_hold_is_noticed(step):
    assert collect([MetricsLogged(RUNS[0], 0, 0, step, {"x": 1.0})]).too_large == step


@pytest.mark.parametrize("step", [LARGEST_STEP, -LARGEST_STEP])
def test_the_largest_steps_are_none_such(step):
    assert collect([MetricsLogged(RUNS[0], 0, 0, step, {"x": 1.0})]).too_large is None
