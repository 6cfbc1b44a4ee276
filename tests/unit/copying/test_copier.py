"""A run that is copied is there once, wherever the copying is interrupted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from autolog.copying import copier as copying
from autolog.copying.copier import Copier, Outcome
from autolog.copying.ledger import Ledger
from autolog.copying.source import Point, SourceRun, as_steps
from autolog.copying.stored import parents_first, source_run
from autolog.errors import SinkUnavailable, StoreError
from autolog.events import (
    ArtifactStored,
    Dropped,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.registry import open_sink
from autolog.sinks.sqlite.sink import SQLiteSink
from autolog.store import Store

RUN = "a" * 32
STEPS = 40
STORY = (
    RunStarted(RUN, 0, 10**18, "run", "experiment"),
    ParamsLogged(RUN, 1, 10**18, {"C": "1"}),
    *(MetricsLogged(RUN, n + 2, 10**18 + n * 10**6, n, {"a": n, "b": -n}) for n in range(STEPS)),
    ArtifactStored(RUN, 90, 10**18 + 10**9, "notes.txt", 5),
    Dropped(RUN, 91, 10**18 + 10**9, 7, "no room"),
    RunEnded(RUN, 92, 10**18 + 10**9, Status.FINISHED),
)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "autolog"


@pytest.fixture
def store(directory):
    """A store with one run."""
    write(directory, STORY)
    return Store(directory / "runs.db")


def write(directory, events, journal="journal", first=0):
    sink = open_sink("sqlite:", directory)
    positions = tuple(range(first, first + len(events)))
    sink.write(Batch(journal, tuple(events), positions, first + len(events)))
    sink.close()


def copy(store, target, directory):
    with Copier("here", f"sqlite:///{target}", directory) as copier:
        return [copier.copy(source_run(store, run)) for run in parents_first(store)]


def contents(path):
    return [
        (
            run.run_id,
            run.name,
            run.status,
            run.start_time,
            run.end_time,
            run.params,
            run.tags,
            run.dropped,
            [(file.path, file.size_bytes) for file in run.artifacts],
            {key: run.metric_history(key) for key in run.metrics},
        )
        for run in Store(path).runs()
    ]


@pytest.mark.parametrize("taken", range(5))
@pytest.mark.parametrize("acknowledged", [False, True])
def test_a_copy_that_was_interrupted_goes_on(
    store, directory, tmp_path, monkeypatch, taken, acknowledged
):
    monkeypatch.setattr(copying, "_MOST_EVENTS", 9)
    monkeypatch.setattr("autolog.copying.offering._ATTEMPTS", 1)
    batches, write_really = [], SQLiteSink.write

    def write_some(self, batch):
        if len(batches) == taken:
            if not acknowledged:
                write_really(self, batch)
            raise SinkUnavailable("gone")
        batches.append(batch)
        write_really(self, batch)

    monkeypatch.setattr(SQLiteSink, "write", write_some)
    with pytest.raises(SinkUnavailable):
        copy(store, tmp_path / "copy.db", directory)
    monkeypatch.setattr(SQLiteSink, "write", write_really)

    assert copy(store, tmp_path / "copy.db", directory) == [Outcome.COPIED]

    assert contents(tmp_path / "copy.db") == contents(store.path)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(1, len(STORY)), max_size=4).map(sorted))
def test_a_run_that_is_copied_while_it_goes_on_is_copied_once(tmp_path_factory, cuts):
    tmp_path = tmp_path_factory.mktemp("growing")
    directory, target = tmp_path / "autolog", tmp_path / "copy.db"
    given_so_far = 0
    for cut in [*cuts, len(STORY)]:
        write(directory, STORY[given_so_far:cut], first=given_so_far)
        given_so_far = cut

        copy(Store(directory / "runs.db"), target, directory)

    assert contents(target) == contents(directory / "runs.db")


def test_losses_are_told_of_as_far_as_they_have_grown(store, directory, tmp_path):
    copy(store, tmp_path / "copy.db", directory)
    more = (Dropped(RUN, 93, 10**18, 3, "no room"), TagsSet(RUN, 94, 10**18, {"late": "yes"}))
    write(directory, more, journal="other")

    copy(store, tmp_path / "copy.db", directory)

    (run,) = Store(tmp_path / "copy.db").runs()
    assert run.dropped == {"no room": 10}
    assert run.tags == {"late": "yes"}


def test_a_child_that_began_with_its_parent_comes_after_it(directory):
    child, time_ns = "b" * 32, 10**18
    write(
        directory,
        (
            RunStarted(RUN, 0, time_ns, "parent", "experiment"),
            RunStarted(child, 0, time_ns, "child", "experiment", RUN),
        ),
    )

    runs = [run.name for run in parents_first(Store(directory / "runs.db"))]

    assert runs == ["parent", "child"]


def test_two_at_once_do_not_copy_to_the_same_place(directory):
    ledger = Ledger(directory, "here", "sqlite:")

    with pytest.raises(StoreError, match="Another process"):
        Ledger(directory, "here", "sqlite:")

    Ledger(directory, "here", "jsonl:elsewhere").close()
    ledger.close()
    Ledger(directory, "here", "sqlite:").close()


def test_a_ledger_whose_last_line_is_torn_is_read_up_to_there(store, directory, tmp_path):
    copy(store, tmp_path / "copy.db", directory)
    (file,) = (directory / "copies").iterdir()
    file.write_bytes(file.read_bytes() + b'{"run_id": "' + b"b" * 32)

    assert copy(store, tmp_path / "copy.db", directory) == [Outcome.UNCHANGED]
    assert contents(tmp_path / "copy.db") == contents(store.path)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.integers(0, 3), st.floats(allow_nan=False), st.integers(0, 2)
        )
    )
)
def test_points_are_put_together_without_losing_any(values):
    points = [Point(*value, token) for token, value in enumerate(values)]

    steps = list(as_steps(RUN, points))

    told = [
        (key, step.event.step, value, step.event.time_ns // 10**6)
        for step in steps
        for key, value in step.event.metrics.items()
    ]
    assert told == values
    assert not steps or steps[-1].token == len(values) - 1


def test_a_run_of_which_only_later_facts_have_arrived_is_copied_as_such(directory, tmp_path):
    write(directory, (MetricsLogged(RUN, 5, 10**18, 0, {"loss": 0.5}),))
    store = Store(directory / "runs.db")
    copy(store, tmp_path / "copy.db", directory)
    write(directory, STORY[:1], journal="its own")

    copy(store, tmp_path / "copy.db", directory)

    assert contents(tmp_path / "copy.db") == contents(store.path)


def test_the_facts_of_a_run_tell_it_from_others():
    def run(name):
        started = RunStarted(RUN, 0, 1, name, "experiment")
        return SourceRun(RUN, (started,), (), lambda _: iter(()))

    assert run("one").facts == run("one").facts != run("other").facts


def test_runs_come_as_they_began(directory):
    begun = [RunStarted(f"{n:032x}", 0, 10**18 + n, f"run {n}", "experiment") for n in range(9)]
    write(directory, begun)

    runs = [run.name for run in Store(directory / "runs.db").each_run()]

    assert runs == [f"run {n}" for n in range(9)]
