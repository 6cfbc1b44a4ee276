"""A run turns calls into events."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autolog.config.settings import Settings
from autolog.errors import ConfigurationError
from autolog.events import (
    ArtifactStored,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.recording.automatic import AutomaticRun
from autolog.recording.channel import Channel
from autolog.recording.run import Run

RUN_ID = "0" * 32


@pytest.fixture
def events():
    """What runs have told so far."""
    return []


@pytest.fixture
def channel(events, tmp_path):
    """A channel with a clock that stands at 7 and one run id."""
    return Channel(events.append, tmp_path, clock=lambda: 7, new_run_id=lambda: RUN_ID)


@pytest.fixture
def run(channel):
    """An open run."""
    return Run.start(channel, name="trial", experiment="churn", parent_run_id="p")


def test_a_run_tells_its_start_and_its_end(run, events, channel):
    assert not run.ended

    run.end()

    assert events == [
        RunStarted(RUN_ID, 0, 7, "trial", "churn", "p"),
        RunEnded(RUN_ID, 1, 7, Status.FINISHED),
    ]
    assert run.ended
    assert channel.open_runs == {}


def test_a_run_ends_once(run, events):
    run.end(Status.FAILED)
    run.end(Status.FINISHED)

    assert [event.status for event in events[1:]] == ["FAILED"]


def test_a_child_may_have_begun_and_ended_earlier(run, events):
    child = run.child("fold", time_ns=3)

    child.end(time_ns=5)

    assert events[1:] == [
        RunStarted(RUN_ID, 0, 3, "fold", "churn", RUN_ID),
        RunEnded(RUN_ID, 1, 5, Status.FINISHED),
    ]


def test_an_error_may_be_told_by_others(run, events):
    told = RunError("ValueError", "token=hunter2 is wrong", "Traceback ...")

    run.end(Status.FAILED, told)

    assert events[-1].error == RunError("ValueError", "token=[redacted] is wrong", "Traceback ...")


def test_a_fold_is_a_step_at_its_own_time(run, events):
    run.log_point({"score": np.float32(0.5)}, 2, time_ns=6)

    assert events[-1] == MetricsLogged(RUN_ID, 1, 6, 2, {"score": 0.5})


def test_a_step_is_logged_by_its_logger_as_by_the_run(run, events):
    log = run.step_logger()

    log({"loss": 1.0}, 3)
    run.log_metrics({"loss": 1.0}, 3)

    assert events[1:] == [MetricsLogged(RUN_ID, number, 7, 3, {"loss": 1.0}) for number in (1, 2)]


def test_a_step_of_a_while_ago_has_its_own_time(run, events):
    run.step_logger()({"loss": 1.0}, 3, 6)

    assert events[-1] == MetricsLogged(RUN_ID, 1, 6, 3, {"loss": 1.0})


def test_the_logger_of_an_automatic_run_keeps_the_steps_that_the_run_keeps(run, events):
    log = AutomaticRun(run, Settings(every_n_steps=2)).step_logger()

    for step in range(4):
        log({"loss": 1.0}, step)

    assert [event.step for event in events[1:]] == [0, 2]


def test_automatic_runs_keep_every_fold(run, events):
    automatic = AutomaticRun(run, Settings(every_n_steps=10))

    automatic.log_metrics({"loss": 1.0}, 3)
    automatic.log_point({"score": 0.5}, 3)

    assert events[1:] == [MetricsLogged(RUN_ID, 1, 7, 3, {"score": 0.5})]


def test_a_child_of_an_automatic_run_obeys_the_same_options(run, events):
    settings = Settings(log_params=False, tags={"team": "risk"}, max_child_runs=3)

    child = AutomaticRun(run, settings, "lab").child("candidate")
    child.log_params({"depth": 1})

    assert child.max_child_runs == 3
    assert events[-1].tags == {"autolog.integration": "lab", "team": "risk"}


def test_a_child_is_opened_with_all_its_tags_at_once(run, events):
    parent = AutomaticRun(run, Settings(tags={"team": "risk"}), "lab")

    parent.child("candidate", tags={"rank": 1})

    assert [type(event) for event in events[1:]] == [RunStarted, TagsSet]
    assert events[-1].tags == {"autolog.integration": "lab", "team": "risk", "rank": "1"}


def test_a_text_is_kept_in_the_background(run, channel, tmp_path):
    run.log_text("tables/folds.csv", lambda: "fold,score\n")

    assert channel.background.wait(10)
    assert (tmp_path / RUN_ID / "tables/folds.csv").read_text() == "fold,score\n"


def test_the_error_of_a_run_keeps_its_secrets(run, events):
    error = ValueError("no access to postgresql://user:hunter2@host/db")

    run.end(Status.FAILED, error)

    assert events[-1].error.type == "ValueError"
    assert "hunter2" not in events[-1].error.message
    assert "hunter2" not in events[-1].error.traceback


def test_params_are_texts_and_secrets_are_masked(run, events):
    run.log_params({"C": 1.0, "penalty": None, "api_key": "12345"})
    run.log_param("solver", "lbfgs")

    assert events[1:] == [
        ParamsLogged(RUN_ID, 1, 7, {"C": "1.0", "penalty": "None", "api_key": "[redacted]"}),
        ParamsLogged(RUN_ID, 2, 7, {"solver": "lbfgs"}),
    ]


def test_tags_are_texts(run, events):
    run.set_tags({"stage": 1})
    run.set_tag("team", "risk")

    assert [event.tags for event in events[1:]] == [{"stage": "1"}, {"team": "risk"}]
    assert all(type(event) is TagsSet for event in events[1:])


def test_nothing_is_told_of_nothing(run, events):
    run.log_params({})
    run.set_tags({})

    assert len(events) == 1


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (True, 1.0), (np.float32(0.5), 0.5), (np.int64(3), 3.0), (np.array(2.0), 2.0)],
)
def test_a_metric_may_be_any_number(run, events, value, number):
    run.log_metric("loss", value, step=np.int64(4))

    assert events[-1] == MetricsLogged(RUN_ID, 1, 7, 4, {"loss": number})
    assert type(events[-1].metrics["loss"]) is float


@pytest.mark.parametrize(("step", "told"), [(None, 0), (3, 3), (3.0, 3), (-1, -1)])
def test_a_step_is_a_whole_number(run, events, step, told):
    run.log_metrics({"loss": 0.5}, step)

    assert events[-1].step == told


@pytest.mark.parametrize("step", [2**63, -(2**63) - 1, 1e30])
def test_a_step_that_no_store_can_hold_is_refused(run, step):
    with pytest.raises(ValueError, match="a step lies between"):
        run.log_metrics({"loss": 0.5}, step)


def test_numbers_that_are_none_are_metrics_too(run, events):
    run.log_metrics({"a": math.nan, "b": math.inf})

    assert math.isnan(events[-1].metrics["a"])
    assert events[-1].metrics["b"] == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: run.log_metric("loss", "low"), "metric 'loss' is to be a number, got 'low'"),
        (lambda run: run.log_metric("loss", "1.0"), "metric 'loss' is to be a number, got '1.0'"),
        (lambda run: run.log_metric("loss", None), "metric 'loss' is to be a number, got None"),
        (lambda run: run.log_metrics({1: 2.0}), "the name of a metric is a string, got 1"),
        (lambda run: run.log_metric("loss", 1.0, step=1.5), "a step is a whole number, got 1.5"),
        (lambda run: run.log_metric("loss", 1.0, step="x"), "a step is a whole number, got 'x'"),
        (lambda run: run.log_param(3, "x"), "the name of a param is a string, got 3"),
        (lambda run: run.set_tag(None, "x"), "the name of a tag is a string, got None"),
        (lambda run: run.log_figure("loss", "a.png"), "expected a figure"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(run, call, message):
    with pytest.raises(TypeError) as caught:
        call(run)

    assert message in str(caught.value)


def test_the_users_own_dictionaries_stay_as_they_are(run):
    metrics, params = {"loss": 1}, {"password": "x"}

    run.log_metrics(metrics)
    run.log_params(params)

    assert metrics == {"loss": 1}
    assert params == {"password": "x"}


def test_a_file_is_copied(run, events, tmp_path):
    source = tmp_path / "notes.txt"
    source.write_text("hello")

    run.log_artifact(source)
    run.log_artifact(str(source), "texts/renamed.txt")
    source.write_text("changed")

    assert events[1:] == [
        ArtifactStored(RUN_ID, 1, 7, "notes.txt", 5),
        ArtifactStored(RUN_ID, 2, 7, "texts/renamed.txt", 5),
    ]
    assert (tmp_path / RUN_ID / "texts" / "renamed.txt").read_text() == "hello"


def test_a_folder_is_copied_file_by_file(run, events, tmp_path):
    folder = tmp_path / "plots"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b.txt").write_text("bb")

    run.log_artifact(folder)

    assert [(event.path, event.size_bytes) for event in events[1:]] == [
        ("plots/a.txt", 1),
        ("plots/deep/b.txt", 2),
    ]


def test_a_figure_is_kept_in_the_format_of_its_ending(run, events, tmp_path):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2])

    run.log_figure(figure, "plots/line.png")

    assert events[-1].path == "plots/line.png"
    assert (tmp_path / RUN_ID / "plots" / "line.png").read_bytes().startswith(b"\x89PNG")


def test_a_page_is_kept_too(run, events, tmp_path):
    class Page:
        def write_html(self, path):
            path.write_text("<html>")

    run.log_figure(Page(), "page.html")

    assert (tmp_path / RUN_ID / "page.html").read_text() == "<html>"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", "."])
def test_a_path_stays_inside_the_runs_folder(run, tmp_path, path):
    source = tmp_path / "notes.txt"
    source.write_text("hello")

    class Page:
        def write_html(self, path):
            """Never called."""

    with pytest.raises(ValueError, match="stays inside"):
        run.log_figure(Page(), path)
    if path:
        with pytest.raises(ValueError, match="stays inside"):
            run.log_artifact(source, path)


def test_a_file_that_is_not_there_is_the_users_error(run):
    with pytest.raises(FileNotFoundError, match=r"there is no file or folder 'missing\.txt'"):
        run.log_artifact("missing.txt")


def test_a_figure_that_cannot_be_kept_is_noted_and_leaves_nothing(
    run, events, tmp_path, monkeypatch
):
    monkeypatch.setenv("AUTOLOG_STRICT", "0")

    class Torn:
        def savefig(self, path):
            path.write_text("half")
            raise OSError("disk full")

    run.log_figure(Torn(), "torn.png")

    assert "disk full" in events[-1].tags["autolog.error"]
    assert list((tmp_path / RUN_ID).iterdir()) == []


def test_a_child_belongs_under_its_parent(run, events):
    child = run.child("fold 1")

    assert (child.name, child.experiment, child.parent_run_id) == ("fold 1", "churn", RUN_ID)


def test_the_first_claim_of_a_run_is_granted(run):
    assert [run.claim() for _ in range(3)] == [True, False, False]


def test_configuration_errors_are_value_errors():
    assert issubclass(ConfigurationError, ValueError)
