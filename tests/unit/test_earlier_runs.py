"""Calls that go on with an earlier run, runs that travel to other processes, and silent ones."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import types

import pytest

import autolog
from autolog.config.sources import is_other_rank, switched_off
from autolog.context import current_scope, enter_recording, scope
from autolog.hooks import Recorder
from autolog.patch import Patch
from autolog.patching.patcher import Patcher
from autolog.patching.target import Target
from autolog.recording.automatic import AutomaticRun
from autolog.run_scope import end_run, open_run
from autolog.testing import record

SOURCE = """
class Model:
    def fit(self, error=None):
        if error is not None:
            raise error
        return self

    def score(self, model=None):
        return 1.0
"""


@pytest.fixture
def patched(monkeypatch):
    """Gives a function that patches a library and records; and the library's model."""
    module = types.ModuleType("lab")
    exec(compile(SOURCE, "lab.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "lab", module)
    patcher, blocks = Patcher(), []

    def start(*patches):
        blocks.append(record())
        runs = blocks[-1].__enter__()
        for patch in patches:
            patcher.apply(Target.parse(patch.target), Recorder("sklearn", patch, runs.session))
        return runs, module.Model

    yield start
    patcher.revert()
    for block in blocks:
        block.__exit__(None, None, None)


def fitting(call, run):
    call.instance.run = run
    yield


def scoring(call, run):
    result = yield
    run.log_metrics({"score": result})


FIT = Patch("lab:Model.fit", fitting)


class TestCallsThatGoOn:
    def test_with_the_run_of_an_earlier_call(self, patched):
        runs, model = patched(
            FIT,
            Patch("lab:Model.score", scoring, continues=lambda call, _: call.instance.run),
        )

        model().fit().score()

        assert runs.only.metrics == {"score": 1.0}
        assert runs.only.status == "FINISHED"

    def test_with_none_have_a_run_of_their_own(self, patched):
        runs, model = patched(FIT, Patch("lab:Model.score", scoring, continues=lambda *_: None))

        model().fit().score()

        assert [run.metrics for run in runs] == [{}, {"score": 1.0}]

    def test_with_a_run_of_another_session_have_one_of_their_own(self, patched):
        with record():
            other = open_run("other")
        runs, model = patched(Patch("lab:Model.score", scoring, continues=lambda *_: other))

        model().score()

        assert runs.only.metrics == {"score": 1.0}

    def test_with_a_run_that_is_known_by_its_id_end_it_again(self, patched):
        runs, model = patched(
            Patch("lab:Model.score", scoring, continues=lambda *_: "f" * 32),
        )

        model().score()

        (run,) = runs.all
        assert run.run_id == "f" * 32
        assert run.status == "FINISHED"
        assert run.metrics == {"score": 1.0}

    def test_with_a_run_that_is_open_leave_it_open(self, patched):
        runs, model = patched(
            Patch(
                "lab:Model.score",
                scoring,
                continues=lambda *_: autolog.active_run().run_id,
            )
        )

        with autolog.run("mine"):
            model().score()

            assert runs.only.status == "RUNNING"
        assert runs.only.metrics == {"score": 1.0}


def test_a_run_may_be_named_after_an_argument(patched):
    runs, model = patched(Patch("lab:Model.score", scoring, named_after="model"))

    model().score(model=ValueError())
    model().score()

    assert [run.name for run in runs] == ["ValueError", "Model"]


class TestFailuresThatALibraryKeepsToItself:
    def test_fail_the_run_of_a_call_that_returns(self, patched):
        def swallowing(call, run):
            call.failure = KeyboardInterrupt("mine")
            yield

        runs, model = patched(Patch("lab:Model.fit", swallowing))

        model().fit()

        assert runs.only.status == "FAILED"
        assert runs.only.error.type == "KeyboardInterrupt"

    def test_are_told_instead_of_what_is_raised(self, patched):
        def telling(call, run):
            try:
                yield
            finally:
                call.failure = KeyboardInterrupt()

        runs, model = patched(Patch("lab:Model.fit", telling))

        with pytest.raises(SystemExit):
            model().fit(error=SystemExit(1))

        assert runs.only.error.type == "KeyboardInterrupt"


class TestRunsOfObjects:
    def test_are_opened_and_ended_without_a_block(self):
        with record() as runs:
            run = open_run("mine", experiment="nets", tags={"team": "a"})
            assert autolog.active_run() is None
            end_run(run)

            assert (runs.only.name, runs.only.experiment) == ("mine", "nets")
            assert runs.only.tags["team"] == "a"
            assert runs.only.status == "FINISHED"

    def test_fail_if_that_is_said(self):
        with record() as runs:
            end_run(open_run(), failed=True)

            assert runs.only.status == "FAILED"


def log_in(run):
    """What a process does with a run that it is sent."""
    enter_recording(run, "sklearn")
    assert current_scope().recorded_by == "sklearn"
    run.log_metrics({"there": 2.0}, step=1)


class TestRunsThatTravel:
    @pytest.mark.parametrize("method", ["spawn", "fork"])
    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_are_recorded_into_where_they_arrive(self, method):
        autolog.autolog(silent=True, log_environment=False)
        with autolog.run("mine") as run:
            process = multiprocessing.get_context(method).Process(target=log_in, args=(run,))
            process.start()
            process.join(60)
            assert process.exitcode == 0

            run.log_metrics({"here": 1.0})

        found = autolog.last_run()
        assert (found.name, found.status) == ("mine", "FINISHED")
        assert found.metrics == {"here": 1.0, "there": 2.0}

    def test_keep_the_options_that_they_obey(self):
        autolog.autolog(silent=True, log_params=False)
        with autolog.run("mine") as run:
            settings = autolog.process.current_session().settings("sklearn")
            arrived = pickle.loads(pickle.dumps(AutomaticRun(run, settings, "sklearn")))

            arrived.log_params({"a": 1})
            arrived.set_tag("b", 2)

        assert autolog.last_run().params == {}
        assert autolog.last_run().tags["b"] == "2"

    def test_cannot_without_their_session(self):
        with record() as runs:
            runs.session.channel.rejoin = None
            with pytest.raises(TypeError, match="session"):
                pickle.dumps(open_run())


class TestOtherRanks:
    @pytest.mark.parametrize(
        ("variables", "is_other"),
        [
            ({}, False),
            ({"RANK": "0", "LOCAL_RANK": "0"}, False),
            ({"RANK": "2", "LOCAL_RANK": "0"}, True),
            ({"LOCAL_RANK": "1"}, True),
            ({"LOCAL_RANK": "0", "NODE_RANK": "1"}, True),
            ({"LOCAL_RANK": "0", "NODE_RANK": "0"}, False),
            ({"RANK": "1", "AUTOLOG_EVERY_RANK": "1"}, False),
            ({"RANK": "1", "AUTOLOG_EVERY_RANK": "0"}, True),
        ],
    )
    def test_are_told_by_what_launchers_set(self, monkeypatch, variables, is_other):
        for name in ("RANK", "LOCAL_RANK", "NODE_RANK"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

        assert is_other_rank() is is_other
        assert switched_off() is is_other

    def test_record_nothing_of_what_the_user_logs(self, monkeypatch, tmp_path, capsys):
        monkeypatch.setenv("LOCAL_RANK", "1")
        autolog.autolog()

        with autolog.run("mine") as run:
            run.log_metric("loss", 1.0)
            autolog.log_params({"a": 1})
            run.log_text("note.txt", lambda: "text")
        autolog.shutdown()

        assert not list((tmp_path / ".autolog").rglob("*.db"))
        assert not list((tmp_path / ".autolog").rglob("note.txt"))
        assert capsys.readouterr().err == ""

    def test_may_learn_their_number_after_the_start(self, monkeypatch, tmp_path):
        autolog.autolog(silent=True)
        monkeypatch.setenv("LOCAL_RANK", "1")

        with autolog.run("mine") as run:
            run.log_metric("loss", 1.0)
        autolog.shutdown()

        assert not list((tmp_path / ".autolog").rglob("*.db"))


@pytest.fixture(autouse=True)
def own_scope():
    """What a test enters, the next is not in."""
    token = scope.set(None)
    yield
    scope.reset(token)
