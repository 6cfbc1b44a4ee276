"""Runs that last as long as the objects whose calls they record."""

from __future__ import annotations

import gc
import sys
import types

import pytest

import autolog
from autolog.hooks import Recorder
from autolog.patch import Patch
from autolog.patching.patcher import Patcher
from autolog.patching.target import Target
from autolog.testing import record

SOURCE = """
import warnings

class Loop:
    def step(self, error=None):
        if error is not None:
            raise error

    def warn(self):
        warnings.warn("slow", UserWarning, stacklevel=2)

    def start_over(self):
        return self


class Strong:
    __slots__ = ("value",)

    def step(self):
        self.value = 1
"""


def _step(call, run):
    calls = call.memory["calls"] = call.memory.get("calls", 0) + 1
    yield
    run.log_metrics({"calls": calls}, step=calls)


def _finish(instance, run, memory):
    run.set_tags({"finished with": type(instance).__name__, "calls": memory["calls"]})


def _start_over(call, run):
    yield


@pytest.fixture
def lab(monkeypatch):
    """A module whose objects work in steps, all of them recorded."""
    module = types.ModuleType("lab")
    exec(compile(SOURCE, "lab.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "lab", module)
    return module


@pytest.fixture
def runs(lab):
    """The runs of the block that is recorded."""
    patcher = Patcher()
    with record() as runs:
        for patch in (
            Patch("lab:Loop.step", _step, run="object", finish=_finish),
            Patch("lab:Loop.warn", _step, run="object"),
            Patch("lab:Loop.start_over", _start_over),
            Patch("lab:Strong.step", _step, run="object", finish=_finish),
        ):
            patcher.apply(Target.parse(patch.target), Recorder("sklearn", patch, runs.session))
        yield runs
    patcher.revert()


def test_the_calls_on_an_object_share_a_run_and_a_memory(lab, runs):
    loop = lab.Loop()

    loop.step()
    loop.step()

    assert runs.only.status == "RUNNING"
    assert runs.only.metric_history("calls") == [(1, 1.0), (2, 2.0)]


def test_the_run_is_finished_without_the_object_once_it_is_gone(lab, runs):
    loop = lab.Loop()
    loop.step()

    del loop
    gc.collect()

    assert runs.only.status == "FINISHED"
    assert runs.only.tags["finished with"] == "NoneType"
    assert runs.only.tags["calls"] == "1"


def test_the_run_is_finished_with_the_object_while_it_is_there(lab, runs):
    loop = lab.Loop()
    loop.step()

    autolog.disable()

    assert runs.only.status == "FINISHED"
    assert runs.only.tags["finished with"] == "Loop"
    assert isinstance(loop, lab.Loop)


def test_a_managed_call_on_the_object_ends_it(lab, runs):
    loop = lab.Loop()
    loop.step()

    loop.start_over()

    assert [run.status for run in runs] == ["FINISHED", "FINISHED"]


def test_a_call_that_raises_ends_it_unfinished(lab, runs):
    loop = lab.Loop()
    error = ValueError("no")

    with pytest.raises(ValueError, match="no") as caught:
        loop.step(error)

    assert caught.value is error
    assert runs.only.status == "FAILED"
    assert "finished with" not in runs.only.tags


def test_the_end_of_a_script_that_failed_is_told(lab, runs):
    loop = lab.Loop()
    loop.step()

    runs.session.objects.end_all("FAILED")

    assert runs.only.status == "FAILED"
    assert runs.only.tags["finished with"] == type(loop).__name__


def test_finishing_takes_no_more_time_than_there_is(lab, runs):
    loop = lab.Loop()
    loop.step()

    runs.session.objects.end_all(seconds=-1.0)

    assert runs.only.status == "FINISHED"
    assert runs.only.tags["finished with"] == "NoneType"


def test_an_object_that_cannot_be_held_weakly_has_a_run_for_each_call(lab, runs):
    strong = lab.Strong()

    strong.step()
    strong.step()

    assert [run.status for run in runs] == ["FINISHED", "FINISHED"]


def test_a_forked_child_leaves_the_runs_to_its_parent(lab, runs):
    loop = lab.Loop()
    loop.step()

    runs.session.after_fork()
    loop.step()

    assert len(runs) == 2


def test_the_warnings_of_all_calls_are_counted_together(lab, runs):
    loop = lab.Loop()

    for _ in range(2):
        with pytest.warns(UserWarning, match="slow"):
            loop.warn()

    assert runs.only.tags["warnings.UserWarning"] == "2 times: slow"
