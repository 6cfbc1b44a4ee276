"""What is recorded for Weights & Biases offline, as its own reader tells it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV

import autolog
from autolog.delivery.recovery import recover
from autolog.errors import ConfigurationError, SinkUnavailable
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.registry import check_uri, held, open_sink
from autolog.sinks.wandb.location import Location, location

X, Y = load_iris(return_X_y=True)
RUN = "a" * 32
SECOND = 10**9
KILLED = 255


@pytest.fixture
def recording(tmp_path):
    """Switches recording for W&B on; what it is told lies beside the autolog directory."""
    autolog.shutdown()

    def switch_on(uri="wandb:churn", **options):
        os.environ["AUTOLOG_DIR"] = str(tmp_path / ".autolog")
        autolog.autolog(sink=uri, silent=True, exit_timeout=60, log_environment=False, **options)

    return switch_on


@pytest.fixture
def sink(in_this_process, tmp_path):
    return in_this_process("wandb:churn", tmp_path / ".autolog")


def batch(*events, first=0, journal="host-1"):
    positions = tuple(range(first, first + len(events)))
    return Batch(journal, events, positions, first + len(events))


def started(run_id=RUN, name="trial", parent=None, experiment="x"):
    return RunStarted(run_id, 0, 1_700_000_000 * SECOND, name, experiment, parent)


def loss(step, value=0.5, run_id=RUN, sequence=None):
    number = step + 1 if sequence is None else sequence
    return MetricsLogged(run_id, number, (1_700_000_001 + step) * SECOND, step, {"loss": value})


def ended(run_id=RUN, status=Status.FINISHED, error=None):
    return RunEnded(run_id, 1000, 1_700_000_100 * SECOND, status, error)


def test_a_fit_has_its_config_its_history_its_pictures_and_its_model(recording, told):
    recording(tags={"team": "risk"}, experiment="trials")

    model = LogisticRegression(C=0.5, max_iter=500).fit(X, Y)
    accuracy = accuracy_score(Y, model.predict(X))
    autolog.shutdown()

    (run,) = told().values()
    assert (run.name, run.project, run.group, run.exit_code) == (
        "LogisticRegression",
        "churn",
        None,
        0,
    )
    assert run.labels == ["estimator_name=LogisticRegression", "team=risk", "trials"]
    assert (run.config["C"], run.config["fit_intercept"], run.config["n_jobs"]) == (0.5, True, None)
    assert run.config["tag/team"] == "risk"
    assert run.config["data set/train/X"]["profile"]["features_shape"] == [150, 4]
    assert run.history("training_score") == [(0, model.score(X, Y))]
    assert run.summary["accuracy_score_X"] == accuracy
    assert run.summary["autolog/status"] == "FINISHED"
    assert run.axes["*"] == "autolog/step"
    assert any("training_confusion_matrix" in file for file in run.files if "media" in file)
    assert "estimator.html" in run.files
    (artifact,) = run.artifacts
    assert (artifact["type"], artifact["name"]) == ("model", f"run-{run.id}-model")
    assert json.loads(artifact["metadata"])["flavor"] == "sklearn"
    paths = {entry["path"] for entry in artifact["manifest"]["contents"]}
    assert {"MLmodel", "model.pkl"} <= paths


def test_the_packages_are_those_of_the_training(sink, told, tmp_path):
    packages = EnvironmentCaptured(RUN, 1, SECOND, {"user": "ada"}, {"toy": "1", "numpy": "2.0"})

    sink.write(batch(started(), packages, ended()))
    sink.close()

    (run,) = told().values()
    (file,) = tmp_path.glob("wandb/*run-*/files/requirements.txt")
    assert run.config["tag/user"] == "ada"
    assert "requirements.txt" in run.files
    assert file.read_text() == "numpy==2.0\ntoy==1\n"


def test_a_file_that_was_left_where_it_is_is_told_of_and_not_taken(sink, told, tmp_path):
    elsewhere = tmp_path / "epoch.ckpt"
    own = tmp_path / ".autolog" / "artifacts" / RUN / "checkpoints" / "own.ckpt"
    own.parent.mkdir(parents=True)
    for file in (elsewhere, own):
        file.write_bytes(b"weights")

    sink.write(
        batch(
            started(),
            ArtifactStored(RUN, 1, SECOND, "theirs.ckpt", 7, None, str(elsewhere)),
            ArtifactStored(RUN, 2, SECOND, "checkpoints/best.ckpt", 7, None, str(own)),
            ended(),
        )
    )
    sink.close()

    (run,) = told().values()
    assert run.config["reference/theirs.ckpt"] == str(elsewhere)
    assert run.files.count("checkpoints/own.ckpt") == 1
    assert not any("theirs" in file or "epoch" in file for file in run.files)


def test_a_search_and_its_candidates_are_a_group(recording, told):
    recording()

    GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}, cv=2).fit(X, Y)
    autolog.shutdown()

    (parent,) = [run for run in told().values() if run.job_type is None]
    children = [run for run in told().values() if run.job_type == "child"]
    assert parent.group == f"GridSearchCV-{parent.id[:8]}"
    assert {run.group for run in children} == {parent.group}
    assert {run.config["C"] for run in children} == {0.1, 1.0}
    assert {run.exit_code for run in [parent, *children]} == {0}


def test_nothing_of_wandb_is_imported_into_the_training(tmp_path, told):
    script = """
import sys
before = dict(__import__("os").environ)
from autolog import autolog, shutdown
autolog(sink="wandb:churn", silent=True, exit_timeout=60)
from sklearn.linear_model import LinearRegression
LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
shutdown()
import os
print({"wandb", "matplotlib", "google"} & sys.modules.keys(), os.environ.keys() - before.keys())
"""
    done = run_script(script, tmp_path)

    assert (done.stdout, done.stderr) == ("set() set()\n", "")
    assert [run.exit_code for run in told().values()] == [0]


def test_a_run_that_the_user_has_opened_at_wandb_stays_as_it_is(tmp_path, told):
    script = """
import wandb
from autolog import autolog, shutdown
with wandb.init(project="theirs", id="mine", settings=wandb.Settings(silent=True)) as run:
    autolog(sink="wandb:churn", silent=True, exit_timeout=60)
    from sklearn.linear_model import LinearRegression
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    run.log({"by hand": 1.0})
    shutdown()
    run.log({"by hand": 2.0})
"""
    done = run_script(script, tmp_path)

    assert done.returncode == 0, done.stderr
    (mine,), (ours,) = told(project="theirs").values(), told(project="churn").values()
    assert [row["by hand"] for row in mine.rows] == [1.0, 2.0]
    assert (mine.id, mine.exit_code, mine.config) == ("mine", 0, {})
    assert (ours.name, ours.exit_code) == ("LinearRegression", 0)


def run_script(script, tmp_path):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"AUTOLOG_DIR": str(tmp_path / ".autolog")},
        cwd=tmp_path,
        timeout=120,
        check=False,
    )


def test_a_training_that_is_killed_has_all_its_rows_and_was_killed(tmp_path, told):
    script = """
import os, signal
import autolog
autolog.autolog(sink="wandb:churn", silent=True, log_environment=False)
current = autolog.run("loop").__enter__()
for step in range(500):
    current.log_metric("loss", 1.0 / (step + 1), step=step)
    if step == 250:
        assert autolog.flush(60)
os.kill(os.getpid(), signal.SIGKILL)
"""

    done = run_script(script, tmp_path)
    recovered(tmp_path / ".autolog")

    (run,) = told().values()
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert sorted(set(run.history("loss"))) == [(step, 1.0 / (step + 1)) for step in range(500)]
    assert (run.exit_code, run.summary["autolog/status"]) == (KILLED, "KILLED")


def recovered(directory):
    end = time.monotonic() + 60
    while (report := recover(directory, open_sink=open_sink)).kept and time.monotonic() < end:
        time.sleep(0.5)
    assert report.kept == ()


def test_a_client_that_is_killed_is_started_again_and_told_everything(tmp_path, told):
    sink = open_sink("wandb:churn", tmp_path / ".autolog")
    sink.write(batch(started(), loss(0), loss(1)))
    os.kill(sink._process.pid, signal.SIGKILL)

    later = batch(loss(2), ended(), first=3)
    with pytest.raises(SinkUnavailable, match="process that talks to Weights & Biases has ended"):
        sink.write(later)
    sink.write(later)
    sink.close()

    (run,) = told().values()
    assert run.history("loss") == [(0, 0.5), (1, 0.5), (2, 0.5)]
    assert (run.name, run.labels, run.exit_code) == ("trial", ["x"], 0)


def test_a_client_that_hangs_is_given_up_on_and_its_successor_is_told_everything(
    tmp_path, told, monkeypatch
):
    sink = open_sink("wandb:churn", tmp_path / ".autolog")
    sink.write(batch(started(), loss(0)))
    hanging = sink._process.pid
    os.kill(hanging, signal.SIGSTOP)

    later = batch(loss(1), ended(), first=2)
    with monkeypatch.context() as impatient:
        impatient.setattr("autolog.sinks.wandb._PATIENCE", 1.0)
        impatient.setattr("autolog.sinks.wandb._PATIENCE_PER_RUN", 0.0)
        impatient.setattr(sink, "exit_timeout", 0.0)
        try:
            with pytest.raises(SinkUnavailable, match="has not answered for 1 seconds"):
                sink.write(later)
        finally:
            os.kill(hanging, signal.SIGKILL)
    sink.write(later)
    sink.close()

    (run,) = told().values()
    assert (run.history("loss"), run.exit_code) == ([(0, 0.5), (1, 0.5)], 0)


def test_metrics_have_the_steps_that_they_were_logged_with_in_any_order(sink, told):
    rows = [loss(5), loss(5, 0.25), loss(0), loss(-3)]
    numbered = [
        MetricsLogged(RUN, number, one.time_ns, one.step, one.metrics)
        for number, one in zip([1, 4, 3, 2], rows, strict=True)  # as threads may number them
    ]

    sink.write(batch(started(), *numbered))
    sink.close()

    (run,) = told().values()
    assert run.history("loss") == [(5, 0.5), (5, 0.25), (0, 0.5), (-3, 0.5)]
    assert [row["_step"] for row in run.rows] == [1, 4, 5, 6]
    assert [row["_timestamp"] for row in run.rows] == [one.time_ns / SECOND for one in numbered]


def test_rows_of_a_run_that_is_opened_again_have_later_steps_than_those_that_arrived(
    in_this_process, told, tmp_path
):
    for first, events in ((0, (started(), loss(7))), (2, (loss(8, sequence=3), ended()))):
        sink = in_this_process("wandb:churn", tmp_path / ".autolog")
        sink.write(batch(*events, first=first))
        sink.close()

    (run,) = told().values()
    assert [row["_step"] for row in run.rows] == [8, 9]


def test_numbers_that_are_none_arrive(sink, told):
    values = [float("nan"), float("inf"), float("-inf"), 1e300]

    sink.write(batch(started(), *(loss(step, value) for step, value in enumerate(values))))
    sink.close()

    (run,) = told().values()
    assert [value for _, value in run.history("loss")] == ["NaN", "Infinity", "-Infinity", 1e300]


def test_a_run_that_fails_says_why(sink, told):
    error = RunError("ValueError", "no", "Traceback ...")

    sink.write(batch(started(), ended(status=Status.FAILED, error=error)))
    sink.close()

    (run,) = told().values()
    assert run.exit_code == 1
    assert run.summary["error/type"] == "ValueError"
    assert run.summary["error/traceback"] == "Traceback ..."


def test_metrics_after_the_end_go_to_the_same_run(sink, told):
    sink.write(batch(started(), loss(0), ended()))

    sink.write(batch(MetricsLogged(RUN, 2000, 10**18, 0, {"accuracy": 0.9}), first=3))
    sink.close()

    (run,) = told().values()
    assert run.history("accuracy") == [(0, 0.9)]
    assert run.exit_code == 0


def test_metrics_after_the_end_leave_it_as_it_was_also_in_another_process(
    in_this_process, told, tmp_path
):
    late = MetricsLogged(RUN, 2000, 10**18, 0, {"accuracy": 0.9})
    for first, events in ((0, (started(), ended(status=Status.FAILED))), (2, (late,))):
        sink = in_this_process("wandb:churn", tmp_path / ".autolog")
        sink.write(batch(*events, first=first))
        sink.close()

    (run,) = told().values()
    assert (run.history("accuracy"), run.exit_code) == ([(0, 0.9)], 1)


def test_of_many_runs_that_have_ended_only_some_stay_open(sink, told, monkeypatch):
    monkeypatch.setattr("autolog.sinks.wandb.sink._MOST_AT_ONCE", 2)
    monkeypatch.setattr("autolog.sinks.wandb.sink._MOST_ENDED", 1)
    runs = [f"{number:032x}" for number in range(10, 13)]

    sink.write(batch(*(event for run_id in runs for event in (started(run_id), ended(run_id)))))

    assert [told()[run_id].exit_code for run_id in runs] == [0, 0, None]
    sink.close()
    assert told()[runs[-1]].exit_code == 0


def test_what_another_process_logs_into_a_run_is_a_run_beside_it(sink, told):
    sink.write(batch(started(), loss(0)))

    sink.write(batch(loss(7), ended(status=Status.FAILED), journal="host-2"))
    sink.close()

    mine, other = sorted(told().values(), key=lambda run: len(run.id))
    assert other.id.startswith(f"{RUN}-")
    assert (other.name, other.project, other.group) == ("trial", "churn", f"trial-{RUN[:8]}")
    assert (mine.history("loss"), other.history("loss")) == ([(0, 0.5)], [(7, 0.5)])


def test_a_registered_model_is_an_artifact_of_that_name(sink, told, tmp_path):
    folder = tmp_path / ".autolog" / "artifacts" / RUN / "model"
    folder.mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    model = ModelStored(
        RUN, 1, SECOND, "model", "m-1", "sklearn", 1, '{"inputs": "[]"}', {"MLmodel": "0"}, "churn!"
    )

    sink.write(batch(started(), ArtifactStored(RUN, 2, SECOND, "model/MLmodel", 12), model))
    sink.close()

    (run,) = told().values()
    (artifact,) = run.artifacts
    assert artifact["name"] == "churn_"
    assert json.loads(artifact["metadata"])["signature"] == {"inputs": "[]"}
    assert "model/MLmodel" not in run.files


def test_what_is_gone_is_left_out_and_what_was_lost_is_told(sink, told):
    hashes = {"MLmodel": "0"}
    sink.write(
        batch(
            started(),
            ArtifactStored(RUN, 1, SECOND, "gone.txt", 12),
            ArtifactStored(RUN, 2, SECOND, "gone.png", 0, "gone.json"),
            ModelStored(RUN, 3, SECOND, "model", "m-1", "sklearn", 1, None, hashes),
            DatasetUsed(RUN, 4, SECOND, "rows", "train", "0" * 8, "code", "{", "{}", "{}"),
            Dropped(RUN, 5, SECOND, 7, "no room"),
            Dropped("", 0, SECOND, 8, "no room at all"),
        )
    )
    sink.close()

    (run,) = told().values()
    assert (run.artifacts, run.files) == ([], [])
    assert run.config["data set/train/rows"]["source"] == "{"
    assert run.summary["autolog/dropped"] == "7: no room"


def test_a_batch_of_which_there_is_nothing_to_tell_is_taken(sink, told):
    sink.write(batch(started()))

    sink.write(batch(ArtifactStored(RUN, 1, SECOND, "gone.txt", 12), first=1))
    sink.write(batch(TagsSet(RUN, 2, SECOND, {}), ParamsLogged(RUN, 3, SECOND, {}), first=2))
    sink.close()

    (run,) = told().values()
    assert run.summary["autolog/delivered"].startswith("3/")


def test_files_of_all_kinds_and_names_are_saved(sink, told, tmp_path):
    folder = tmp_path / ".autolog" / "artifacts" / RUN
    files = {
        "notes/a[1]*.txt": b"noted",
        "no picture.png": b"text",
        "broken.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + bytes([0, 0, 0, 9] * 2),
    }
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)

    sink.write(
        batch(started(), *(ArtifactStored(RUN, 1, SECOND, path, 1) for path in files), ended())
    )
    sink.close()

    (run,) = told().values()
    assert run.files == [*files]
    assert run.exit_code == 0


def test_params_and_tags_that_change_have_their_last_value(sink, told):
    sink.write(
        batch(
            started(),
            ParamsLogged(RUN, 1, SECOND, {"rate": "0.1", "depth": "3"}),
            ParamsLogged(RUN, 2, SECOND, {"rate": "0.2"}),
            TagsSet(RUN, 3, SECOND, {"team": "risk", "long": "x" * 100, "learnt_": "1"}),
        )
    )
    sink.close()

    (run,) = told().values()
    assert (run.config["rate"], run.config["depth"]) == (0.2, 3)
    assert (run.config["tag/long"], run.labels) == ("x" * 100, ["team=risk", "x"])


def test_wandb_that_is_switched_off_takes_everything(told, monkeypatch, tmp_path):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    sink = open_sink("wandb:churn", tmp_path / ".autolog")

    sink.write(batch(started(), loss(0), TagsSet(RUN, 2, SECOND, {"team": "risk"}), ended()))
    sink.close()

    assert told() == {}


def test_a_client_that_knows_no_key_says_so_and_is_asked_again(monkeypatch, tmp_path):
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("WANDB_MODE", "online")
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    sink = open_sink("wandb:churn", tmp_path / ".autolog")

    for _ in range(2):
        with pytest.raises(SinkUnavailable, match="key"):
            sink.write(batch(started(), loss(0)))
    sink.close()


@pytest.mark.parametrize(
    ("uri", "variables", "expected"),
    [
        ("wandb", {}, Location(None, None)),
        ("wandb:", {}, Location(None, None)),
        ("wandb:churn", {}, Location(None, "churn")),
        ("wandb:team/churn", {}, Location("team", "churn")),
        ("wandb", {"WANDB_PROJECT": "p", "WANDB_ENTITY": "e"}, Location("e", "p")),
        (
            "wandb:team/churn",
            {"WANDB_PROJECT": "p", "WANDB_ENTITY": "e"},
            Location("team", "churn"),
        ),
    ],
)
def test_a_uri_means_an_entity_and_a_project(uri, variables, expected, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert location(uri) == expected


def test_a_run_without_a_project_goes_into_that_of_its_experiment(in_this_process, told, tmp_path):
    sink = in_this_process("wandb", tmp_path / ".autolog")

    sink.write(batch(started(experiment="risk/2024"), ended()))
    sink.close()

    assert told()[RUN].project == "risk_2024"


def test_one_run_can_go_into_two_projects(in_this_process, told, tmp_path):
    for project in ("wandb:one", "wandb:other"):
        sink = in_this_process(project, tmp_path / ".autolog")
        sink.write(batch(started(), loss(0), ended()))
        sink.close()

    assert [told(project=name)[RUN].history("loss") for name in ("one", "other")] == [
        [(0, 0.5)]
    ] * 2


def test_what_was_handed_over_is_known(sink, tmp_path):
    sink.write(batch(started()))

    journals = {RUN: "host-1", "b" * 32: "host-1"}
    assert held("wandb:churn", tmp_path / ".autolog", journals) == {RUN: True}
    assert held("wandb:churn", tmp_path / ".autolog", {RUN: "copy"}) == {RUN: False}
    assert held("wandb:other", tmp_path / ".autolog", journals) == {}


@pytest.mark.parametrize("uri", ["wandb:/p", "wandb:e/", "wandb:a/b/c", "wandb://host/p"])
def test_a_uri_that_names_no_project_is_refused(uri):
    with pytest.raises(ConfigurationError, match="names no project"):
        check_uri(uri)
