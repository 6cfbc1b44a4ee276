"""Trainings that no call surrounds: opened by what an integration sees, ended by the session."""

from __future__ import annotations

import gc
import sys
import types

import pytest

import autolog
from autolog.testing import record
from autolog.watching import Watch


class Subject:
    """Something that is trained."""


@pytest.fixture
def watching():
    """Gives a function that starts to record and gives the runs and the watch."""
    blocks, watches = [], []

    def start(*, strict=True, **options):
        block = record(strict=strict, **options)
        runs = block.__enter__()
        watch = Watch("sklearn", runs.session)
        blocks.append(block)
        watches.append(watch)
        return runs, watch

    yield start
    for watch in watches:
        watch.close()
    for block in blocks:
        block.__exit__(None, None, None)


def nothing(*_):
    """Completes nothing."""


def opened(watch, subject, finish=nothing, write=nothing):
    return watch.open_run(subject, "training", finish, write)


def test_a_run_ends_when_it_is_said_to(watching):
    runs, watch = watching()
    subject, finished = Subject(), []
    watched = opened(watch, subject, finished.append)
    watched.run.log_metrics({"loss": 1.0})

    watch.end_run(subject)

    assert finished == [subject]
    assert (runs.only.name, runs.only.status) == ("training", "FINISHED")
    assert runs.only.metrics == {"loss": 1.0}
    assert runs.only.tags["autolog.integration"] == "sklearn"


def test_a_run_ends_when_its_object_is_gone(watching):
    runs, watch = watching()
    subject, finished = Subject(), []
    opened(watch, subject, finished.append)

    del subject
    gc.collect()
    runs.session.flush()

    assert finished == [None]
    assert runs.only.status == "FINISHED"


def test_a_run_ends_with_the_time_that_it_has_reached(watching):
    runs, watch = watching()
    subject = Subject()
    watched = opened(watch, subject)
    reached = watched.run.now()
    watched.reached(reached)
    watched.run.log_metrics({"later": 1.0})

    watch.end_run(subject)

    assert runs.events[-1].time_ns == reached


def test_the_run_of_a_block_is_used_and_left_to_it(watching):
    runs, watch = watching()
    subject, finished = Subject(), []

    with autolog.run("mine"):
        opened(watch, subject, finished.append).run.log_metrics({"loss": 1.0})

    assert finished == [subject]
    assert runs.only.name == "mine"
    assert runs.only.metrics == {"loss": 1.0}


def test_what_is_called_to_complete_a_run_is_not_recorded(watching):
    _, watch = watching()
    subject, seen = Subject(), []
    opened(watch, subject, lambda _: seen.append(watch.is_on))

    assert watch.is_on
    watch.end_run(subject)

    assert seen == [False]


@pytest.mark.parametrize("options", [{"sklearn": False}, {"disable": True}])
def test_nothing_is_opened_where_the_library_is_switched_off(watching, options):
    runs, watch = watching(**options)

    assert opened(watch, Subject()) is None
    assert list(runs) == []


def test_nothing_is_opened_in_a_block_where_the_user_wants_only_his_own(watching):
    _, watch = watching(exclusive=True)

    with autolog.run("mine"):
        assert opened(watch, Subject()) is None


def test_what_waits_is_written_before_somebody_reads(watching):
    runs, watch = watching()
    subject, waiting = Subject(), [1.0, 2.0]

    def write():
        while waiting:
            watched.run.log_metrics({"loss": waiting.pop(0)})

    watched = opened(watch, subject, write=write)

    assert runs.only.metrics == {"loss": 2.0}


def test_logging_outside_of_any_block_means_the_run(watching):
    runs, watch = watching()
    subject = Subject()
    opened(watch, subject)

    autolog.log_metric("accuracy", 0.5)

    assert runs.only.metrics == {"accuracy": 0.5}
    assert watch.active_run().run_id == runs.only.run_id


def test_there_is_no_active_run_before_anything_was_recorded(watching):
    _, watch = watching()

    assert watch.active_run() is None


@pytest.fixture
def lab(monkeypatch):
    """A module with a function and a method."""
    module = types.ModuleType("lab")
    exec(
        "def train(rows, rate=1): return rows * rate\n"
        "class Model:\n"
        "    def fit(self, rows): return rows\n",
        module.__dict__,
    )
    monkeypatch.setitem(sys.modules, "lab", module)
    return module


def test_a_function_gives_its_place_to_a_plain_one_and_takes_it_back(watching, lab):
    _, watch = watching()
    train, model = lab.train, lab.Model()

    watch.replace(lab, "train", lambda original: lambda rows: original(rows) + 1)
    watch.replace(lab.Model, "__repr__", lambda _: lambda _model: "ours")

    assert lab.train(2) == 3
    assert lab.train.__wrapped__ is train
    assert repr(model) == "ours"
    watch.close()
    assert lab.train is train
    assert "__repr__" not in vars(lab.Model)


def test_what_somebody_else_has_put_in_place_since_stays(watching, lab):
    _, watch = watching()
    watch.replace(lab, "train", lambda original: lambda rows: original(rows) + 1)
    theirs = lab.train = lambda rows: rows

    watch.close()

    assert lab.train is theirs


def test_everything_is_taken_back_once(watching):
    _, watch = watching()
    undone = []
    watch.until_the_end(lambda: undone.append(1))
    watch.until_the_end(lambda: undone.append(2))

    watch.close()
    watch.close()

    assert undone == [2, 1]
