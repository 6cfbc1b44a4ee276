"""A hook around one call becomes one recorded run, and nothing of it reaches the user."""

from __future__ import annotations

import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

import autolog
from autolog.errors import IntegrationError
from autolog.hooks import Recorder
from autolog.patch import Patch
from autolog.patching.patcher import Patcher
from autolog.patching.target import Target
from autolog.testing import record

SOURCE = """
class Model:
    def __init__(self, rate=0.1):
        self.rate = rate

    def fit(self, data, callbacks=None):
        for callback in callbacks or ():
            callback(len(data))
        return self

class Committee(Model):
    def fit(self, data, callbacks=None):
        self.members = [Model(rate).fit(data) for rate in (0.1, 0.2)]
        return self

def train(data, callbacks=None):
    return Model().fit(data, callbacks)

def search(data):
    return [trial(data, rate) for rate in (1, 2)]

def trial(data, rate):
    return Model(rate).fit(data)

def fail(error):
    Model().fit([])
    raise error
"""


@pytest.fixture
def library(monkeypatch):
    """A module `lab` whose functions train something."""
    module = types.ModuleType("lab")
    exec(compile(SOURCE, "lab.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "lab", module)
    return module


@pytest.fixture
def recording(library):
    """Gives a function that patches `lab` and records: `recording(Patch(...), **options)`."""
    patchers = []
    blocks = []

    def start(*patches, strict=True, name="sklearn", **options):
        block = record(strict=strict, **options)
        runs = block.__enter__()
        blocks.append(block)
        runs.session.carry_scopes()
        patcher = Patcher()
        patchers.append(patcher)
        for patch in patches:
            recorder = Recorder(name, patch, runs.session)
            patcher.apply(Target.parse(patch.target), recorder)
        return runs

    yield start
    for patcher in patchers:
        patcher.revert()
    for block in blocks:
        block.__exit__(None, None, None)


def describing(call, run):
    """A hook that says what it sees."""
    run.log_params({"size": len(call.get("data", ()))})
    result = yield
    run.set_tags({"result": type(result).__name__})


FIT = Patch("lab:Model.fit+", describing)


def failing_before(call, run):
    call.append("callbacks", print)
    call.replace("data", [])
    raise RuntimeError("before")
    yield


def failing_after(call, run):
    yield
    raise RuntimeError("after")


def yielding_twice(call, run):
    yield
    yield


def yielding_never(call, run):
    return
    yield


def test_a_call_becomes_a_run(library, recording):
    runs = recording(FIT)

    library.Model().fit([1, 2, 3])

    run = runs.only
    assert (run.name, run.status, run.experiment) == ("Model", "FINISHED", "default")
    assert run.params == {"size": "3"}
    assert run.tags == {"autolog.integration": "sklearn", "result": "Model"}


def test_a_run_lasts_as_long_as_the_call(library, recording):
    def busy(call, run):
        yield
        run.log_metrics({"computed": 1.0})
        run.log_metrics({"afterwards": 2.0})

    runs = recording(Patch("lab:Model.fit", busy))

    library.Model().fit([1])

    *_, first, second, ended = runs.events
    assert ended.time_ns < first.time_ns < second.time_ns


def test_nested_calls_are_silent(library, recording):
    runs = recording(FIT)

    library.Committee().fit([1])

    assert [run.name for run in runs.all] == ["Committee"]


def test_a_method_called_through_its_class_is_recorded(library, recording):
    runs = recording(FIT)

    library.Model.fit(library.Model(), [1, 2])

    assert runs.only.name == "Model"
    assert runs.only.params == {"size": "2"}


def test_the_users_error_ends_the_run_failed(library, recording):
    runs = recording(Patch("lab:fail", describing))
    error = KeyError("mine")

    with pytest.raises(KeyError) as caught:
        library.fail(error)

    assert caught.value is error
    assert runs.only.status == "FAILED"
    assert runs.only.error.type == "KeyError"
    assert runs.only.error.message == "'mine'"
    assert "in fail" in runs.only.error.traceback
    assert "autolog.error" not in runs.only.tags


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_every_base_exception_ends_the_run_failed(library, recording, kind):
    runs = recording(Patch("lab:fail", describing))

    with pytest.raises(kind):
        library.fail(kind())

    assert runs.only.status == "FAILED"
    assert autolog.active_run() is None


def test_what_a_hook_adds_reaches_the_original(library, recording):
    seen = []

    def adding(call, run):
        call.append("callbacks", seen.append)
        yield

    recording(Patch("lab:train", adding))
    own = []
    library.train([1, 2], own)

    assert seen == [2]
    assert own == []


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (failing_before, "looking at the arguments of train: RuntimeError: before"),
        (failing_after, "looking at the result of train: RuntimeError: after"),
        (yielding_twice, "a hook yields once"),
        (yielding_never, "looking at the arguments of train: StopIteration"),
    ],
)
def test_a_failing_hook_changes_nothing_and_is_noted(
    library, recording, hook, reason, caplog, capsys
):
    runs = recording(Patch("lab:train", hook), FIT, strict=False)

    result = library.train([1, 2])

    assert type(result) is library.Model
    assert capsys.readouterr().out == ""
    assert reason in runs.only.tags["autolog.error"]
    assert runs.only.status == "FINISHED"
    assert len(caplog.records) == 1


def test_a_failure_is_said_once(library, recording, caplog):
    runs = recording(Patch("lab:train", failing_after), strict=False)

    library.train([1])
    library.train([1])

    assert len(caplog.records) == 1
    assert all("autolog.error" in run.tags for run in runs)


def test_strictness_raises_our_own_errors(library, recording):
    recording(Patch("lab:train", yielding_twice))

    with pytest.raises(IntegrationError, match="yields once"):
        library.train([1])


def test_a_run_that_cannot_be_opened_still_silences_nested_calls(
    library, recording, monkeypatch, caplog
):
    runs = recording(Patch("lab:train", describing), FIT, strict=False)
    start_run = runs.session.start_run

    def refuse(name, *others):
        if name == "train":
            raise RuntimeError("no run")
        return start_run(name, *others)

    monkeypatch.setattr(runs.session, "start_run", refuse)
    library.train([1])
    library.Model().fit([1])

    assert [run.name for run in runs.all] == ["Model"]
    assert "no run" in caplog.text


def test_a_call_that_is_not_to_be_recorded_is_silent_with_all_that_is_in_it(library, recording):
    runs = recording(Patch("lab:train", describing, when=lambda call: False), FIT)

    library.train([1])

    assert list(runs) == []


def test_a_decision_that_fails_records_nothing(library, recording, caplog):
    def decide(call):
        raise RuntimeError("undecided")

    runs = recording(Patch("lab:train", describing, when=decide), FIT, strict=False)

    assert type(library.train([1])) is library.Model
    assert list(runs) == []
    assert "undecided" in caplog.text


def test_the_first_fit_in_a_users_run_logs_into_it_and_each_further_one_into_a_child(
    library, recording
):
    runs = recording(FIT)

    with autolog.run("mine"):
        for size in (1, 2, 3):
            library.Model().fit(range(size))

    assert runs.only.name == "mine"
    assert runs.only.params == {"size": "1"}
    assert [child.params["size"] for child in runs.only.children] == ["2", "3"]
    assert runs.only.status == "FINISHED"
    assert runs.only.tags["result"] == "Model"


def test_an_error_in_a_users_run_does_not_end_it(library, recording):
    runs = recording(Patch("lab:fail", describing))

    with autolog.run("mine"):
        with pytest.raises(KeyError):
            library.fail(KeyError())
        assert runs.only.status == "RUNNING"

    assert runs.only.status == "FINISHED"


def test_exclusive_records_nothing_into_a_users_run(library, recording):
    runs = recording(FIT, exclusive=True)

    with autolog.run("mine"):
        library.Committee().fit([1])
    library.Model().fit([1])

    assert [run.name for run in runs.all] == ["mine", "Model"]
    assert runs[0].params == {}


def test_an_attached_hook_works_with_the_run_of_the_enclosing_call(library, recording):
    runs = recording(Patch("lab:train", describing), Patch("lab:Model.fit", logging, "attached"))

    library.train([1])
    library.Model().fit([1])

    assert [run.name for run in runs.all] == ["train"]
    assert runs.only.metrics == {"loss": 0.5}


def logging(call, run):
    run.log_metrics({"loss": 0.5}, step=1)
    yield


def test_an_attached_hook_leaves_calls_of_other_integrations_alone(library, recording):
    runs = recording(Patch("lab:train", describing))
    other = Patcher()
    recorder = Recorder("toylearn", Patch("lab:Model.fit", logging, "attached"), runs.session)
    other.apply(Target.parse("lab:Model.fit"), recorder)

    library.train([1])

    other.revert()
    assert runs.only.metrics == {}


def test_a_hook_without_a_run_resumes_that_of_an_earlier_call(library, recording):
    fitted = []

    def remembering(call, run):
        yield
        fitted.append(run)

    def resuming(call, resume):
        run = resume(fitted[0])
        result = yield
        run.log_metrics({"loss": float(result)})

    library.measure = lambda value: value
    runs = recording(
        Patch("lab:Model.fit+", remembering), Patch("lab:measure", resuming, run="none")
    )
    library.Model().fit([1])
    library.measure(0.5)

    assert runs.only.status == "FINISHED"
    assert runs.only.metrics == {"loss": 0.5}


def test_a_hook_without_a_run_opens_none_and_silences_what_is_nested(library, recording):
    def watching(call, resume):
        yield

    runs = recording(FIT, Patch("lab:trial", watching, run="none"))
    library.trial([1], 2)

    assert len(runs) == 0


def test_a_hook_aside_opens_no_run_and_lets_what_is_nested_be_recorded(library, recording):
    seen = []

    def watching(call, resume):
        result = yield
        seen.append(type(result).__name__)

    runs = recording(FIT, Patch("lab:trial", watching, run="aside"))
    library.trial([1], 2)

    assert seen == ["Model"]
    assert [run.name for run in runs] == ["Model"]


def test_a_hook_aside_is_silent_inside_a_recorded_call(library, recording):
    seen = []

    def watching(call, resume):
        seen.append(call)
        yield

    recording(Patch("lab:search", describing), Patch("lab:trial", watching, run="aside"))
    library.search([1])

    assert seen == []


def test_a_class_of_another_library_is_not_recorded_if_that_is_switched_off(library, recording):
    class Derived(library.Model):
        __module__ = "toylearn.models"

    runs = recording(FIT, toylearn=False)
    Derived().fit([1])
    library.Model().fit([1])

    assert [run.name for run in runs] == ["Model"]


def test_a_call_without_a_run_that_is_not_wanted_passes_as_if_not_patched(library, recording):
    def watching(call, resume):
        yield

    patch = Patch("lab:trial", watching, run="none", when=lambda call: call.get("rate") > 2)
    runs = recording(FIT, patch)
    library.trial([1], 2)
    library.trial([1], 3)

    assert len(runs) == 1


def test_a_hook_without_a_run_is_silent_inside_a_recorded_call(library, recording):
    seen = []

    def watching(call, resume):
        seen.append(call)
        yield

    recording(Patch("lab:search", describing), Patch("lab:trial", watching, run="none"))
    library.search([1])

    assert seen == []


def test_a_run_of_another_session_is_not_resumed(library, recording):
    resumed = []
    with autolog.run("foreign") as foreign:
        pass

    def resuming(call, resume):
        resumed.append(resume(foreign))
        yield

    library.measure = lambda value: value
    recording(Patch("lab:measure", resuming, run="none"))
    library.measure(1)

    assert resumed == [None]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_failing_hook_without_a_run_changes_nothing(library, recording, moment):
    def failing(call, resume):
        if moment == "before":
            raise RuntimeError(moment)
        yield
        raise RuntimeError(moment)

    library.measure = lambda value: value
    recording(Patch("lab:measure", failing, run="none"), strict=False)

    assert library.measure(3) == 3


def test_a_child_hook_opens_runs_below_the_enclosing_call(library, recording):
    runs = recording(Patch("lab:search", describing), Patch("lab:trial", describing, "child"), FIT)

    library.search([1])

    assert runs.only.name == "search"
    assert [child.name for child in runs.only.children] == ["trial", "trial"]
    assert all(child.status == "FINISHED" for child in runs.only.children)


def test_a_child_hook_outside_any_call_opens_a_run_of_its_own(library, recording):
    runs = recording(Patch("lab:trial", describing, "child"))

    library.trial([1], 1)

    assert runs.only.name == "trial"


def test_a_child_hook_is_silent_where_nothing_is_recorded(library, recording):
    runs = recording(
        Patch("lab:search", describing, when=lambda call: False),
        Patch("lab:trial", describing, "child"),
    )

    library.search([1])

    assert list(runs) == []


def test_fits_in_threads_are_runs_of_their_own(library, recording):
    runs = recording(FIT)
    barrier = threading.Barrier(6)

    def work(size):
        barrier.wait()
        library.Model().fit(range(size))

    threads = [threading.Thread(target=work, args=(size,)) for size in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(run.params["size"] for run in runs) == list("012345")
    assert {run.status for run in runs} == {"FINISHED"}


def test_fits_in_a_pool_inside_a_recorded_call_are_silent(library, recording):
    def train_in_pool(data, callbacks=None):
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(library.Model().fit, [data, data]))

    train_in_pool.__name__ = "train"
    library.train = train_in_pool
    runs = recording(Patch("lab:train", describing), FIT)

    library.train([1])

    assert [run.name for run in runs.all] == ["train"]


def test_manual_logging_inside_a_recorded_call_goes_to_its_run(library, recording):
    runs = recording(FIT)

    library.Model().fit([1], [lambda size: autolog.log_metric("seen", size)])

    assert runs.only.metrics == {"seen": 1.0}


def test_manual_logging_after_a_recorded_call_goes_to_its_run(library, recording):
    runs = recording(FIT)

    library.Model().fit([1])
    autolog.log_metric("test_accuracy", 0.9)

    assert runs.only.metrics == {"test_accuracy": 0.9}


def test_the_kill_switch_is_read_at_each_call(library, recording, monkeypatch):
    runs = recording(FIT)

    monkeypatch.setenv("AUTOLOG", "0")
    library.Model().fit([1])
    monkeypatch.delenv("AUTOLOG")
    library.Model().fit([1, 2])

    assert runs.only.params == {"size": "2"}


def test_a_library_that_is_switched_off_is_not_recorded(library, recording):
    runs = recording(FIT, sklearn=False)

    library.Model().fit([1])

    assert list(runs) == []


def test_params_can_be_left_out(library, recording):
    runs = recording(FIT, log_params=False)

    library.Model().fit([1])

    assert runs.only.params == {}


def test_every_nth_step_of_a_fit_is_kept(library, recording):
    def stepping(call, run):
        for step in range(7):
            run.log_metrics({"loss": step}, step=step)
        run.log_metrics({"final": 1.0})
        yield

    runs = recording(Patch("lab:train", stepping), every_n_steps=3)
    library.train([1])

    assert [point.step for point in runs.only.metric_history("loss")] == [0, 3, 6]
    assert runs.only.metrics["final"] == 1.0


def test_name_and_tags_are_those_of_the_options(library, recording):
    runs = recording(FIT, run_name="trial", tags={"team": "risk"}, experiment="churn")

    library.Model().fit([1])

    assert (runs.only.name, runs.only.experiment) == ("trial", "churn")
    assert runs.only.tags["team"] == "risk"


def test_a_run_belongs_under_the_run_of_another_process(library, recording, monkeypatch):
    monkeypatch.setenv("AUTOLOG_PARENT_RUN_ID", "f" * 32)
    runs = recording(FIT)

    library.Model().fit([1])

    assert runs.all[0].parent_run_id == "f" * 32


def test_everything_goes_into_the_run_of_another_process_that_is_named(
    library, recording, monkeypatch
):
    monkeypatch.setenv("AUTOLOG_RUN_ID", "e" * 32)
    runs = recording(FIT)

    library.Model().fit([1])
    library.Model().fit([1, 2])

    joined, child = runs.all
    assert (joined.run_id, joined.params, joined.status) == ("e" * 32, {"size": "1"}, "RUNNING")
    assert (child.parent_run_id, child.params) == ("e" * 32, {"size": "2"})
