"""What is recorded into a real MLflow server, as MLflow's own client reads it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from msgspec.structs import replace
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

import autolog
from autolog.errors import ConfigurationError, RecordRejected, SinkUnavailable
from autolog.events import (
    ArtifactStored,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunStarted,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.mlflow.location import Location, location
from autolog.sinks.registry import check_uri, open_sink
from autolog.testing import Answer, FaultyProxy

X, Y = load_iris(return_X_y=True, as_frame=True)


@pytest.fixture
def experiment():
    return f"experiment-{uuid.uuid4().hex}"


@pytest.fixture
def runs(client, experiment):
    """The runs of the test's experiment, in the order in which they began."""

    def found():
        experiment_id = client.get_experiment_by_name(experiment).experiment_id
        return client.search_runs([experiment_id], order_by=["attributes.start_time ASC"])

    return found


@pytest.fixture
def recording(server, experiment):
    """Switches recording into the server on."""

    def switch_on(**options):
        sink = f"mlflow+http://{server}"
        autolog.autolog(sink=sink, experiment=experiment, sync="fit", silent=True, **options)

    return switch_on


@pytest.fixture
def script(tmp_path):
    """Runs a script in a process of its own, and gives what it prints."""

    def run(text, **variables):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", text],
            capture_output=True,
            text=True,
            env=os.environ | {"AUTOLOG_DIR": str(tmp_path / "script")} | variables,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_a_fit_is_there_when_it_returns(recording, runs, client):
    recording(tags={"team": "risk"})

    model = LogisticRegression(C=0.5, max_iter=500).fit(X, Y)

    (run,) = runs()
    assert (run.info.status, run.info.run_name) == ("FINISHED", "LogisticRegression")
    assert run.data.params["C"] == "0.5"
    assert run.data.metrics["training_score"] == model.score(X, Y)
    assert run.data.tags["team"] == "risk"
    assert run.data.tags["mlflow.autologging"] == "sklearn"
    assert run.data.tags["mlflow.user"] == run.data.tags["user"]
    assert run.data.tags["mlflow.source.name"] == run.data.tags["entry_script"]
    assert run.data.tags["mlflow.source.type"] == "LOCAL"
    (used,) = run.inputs.dataset_inputs
    assert (used.dataset.name, used.tags[0].value) == ("X", "train")
    assert json.loads(used.dataset.profile)["num_rows"] == 150
    assert "estimator.html" in {one.path for one in client.list_artifacts(run.info.run_id)}


def test_a_model_is_a_logged_model_that_is_registered_and_loaded_by_alias(
    recording, runs, client, server, experiment
):
    recording(registered_model_name=experiment)
    fitted = LogisticRegression(max_iter=500).fit(X, Y)

    (run,) = runs()
    (output,) = run.outputs.model_outputs
    model = client.get_logged_model(output.model_id)
    client.set_registered_model_alias(experiment, "champion", "1")
    (version,) = client.search_model_versions(f"name = '{experiment}'")

    assert (model.name, str(model.status)) == ("model", "READY")
    assert model.source_run_id == run.info.run_id == version.run_id
    assert model.params == run.data.params
    assert {one.key: one.value for one in model.metrics} == run.data.metrics
    assert version.source == model.artifact_location
    assert not any(one.path == "model" for one in client.list_artifacts(run.info.run_id))
    loaded = loaded_by_alias(server, f"models:/{experiment}@champion")
    assert loaded["predicted"] == fitted.predict(X).tolist()
    assert loaded["columns"] == list(X.columns)
    assert loaded["model_id"] == model.model_id


def test_a_registered_model_answers_over_http(recording, runs, client, server, experiment, serve):
    recording(registered_model_name=experiment)
    fitted = LogisticRegression(max_iter=500).fit(X, Y)
    client.set_registered_model_alias(experiment, "champion", "1")

    address = serve(f"models:/{experiment}@champion", f"http://{server}")
    rows = json.dumps({"dataframe_split": X[::10].to_dict("split")}).encode()
    request = urllib.request.Request(
        f"{address}/invocations", rows, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        predicted = json.load(answer)["predictions"]

    assert predicted == fitted.predict(X[::10]).tolist()


def loaded_by_alias(server, uri):
    text = f"""
import json, mlflow, mlflow.pyfunc
from sklearn.datasets import load_iris
mlflow.set_tracking_uri("http://{server}")
model = mlflow.pyfunc.load_model({uri!r})
rows = load_iris(as_frame=True).data
print(json.dumps({{
    "predicted": model.predict(rows).tolist(),
    "columns": model.metadata.get_input_schema().input_names(),
    "model_id": model.model_id,
}}))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", text], capture_output=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


def test_a_search_has_its_candidates_below_it(recording, runs):
    recording()

    GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}, cv=2).fit(X, Y)

    parent, *children = runs()
    assert {run.data.params["C"] for run in children} == {"0.1", "1.0"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    assert {run.info.status for run in [parent, *children]} == {"FINISHED"}


def test_a_fit_that_fails_is_a_failed_run(recording, runs):
    recording()

    with pytest.raises(ValueError, match="C"):
        LogisticRegression(C=-1.0).fit(X, Y)

    (run,) = runs()
    assert run.info.status == "FAILED"
    assert run.data.tags["error.type"] == "InvalidParameterError"
    assert "'C' parameter" in run.data.tags["error.message"]


def test_nothing_of_mlflow_is_imported_into_the_training(script, server, experiment, runs):
    done = script(
        f"""
import sys
from autolog import autolog
autolog(sink="mlflow+http://{server}", experiment="{experiment}", sync="fit", silent=True)
from sklearn.linear_model import LinearRegression
LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
print({{"mlflow", "requests", "urllib3"}} & sys.modules.keys())
"""
    )

    assert done.stdout == "set()\n"
    assert [run.info.status for run in runs()] == ["FINISHED"]


FIT_IN_USERS_RUN = """
import mlflow
from autolog import autolog
autolog(sink="mlflow", sync="fit", silent=True)
from sklearn.linear_model import LinearRegression
with mlflow.start_run(run_name="mine") as mine:
    mlflow.log_param("by_hand", 1)
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    first = mlflow.get_run(mine.info.run_id)
    LinearRegression(fit_intercept=False).fit([[0.0], [1.0]], [0.0, 1.0])
    mlflow.log_metric("by_hand", 2.0)
LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
last = mlflow.last_active_run()
import json
print(json.dumps([first.info.status, first.data.params, last.info.run_id]))
"""


def test_a_fit_in_a_run_of_the_users_is_recorded_into_it(script, server, experiment, runs):
    done = script(
        FIT_IN_USERS_RUN,
        MLFLOW_TRACKING_URI=f"http://{server}",
        MLFLOW_EXPERIMENT_NAME=experiment,
    )

    status, params, last = json.loads(done.stdout.splitlines()[-1])
    mine, child, other = runs()
    assert (status, params["by_hand"], params["fit_intercept"]) == ("RUNNING", "1", "True")
    assert (mine.info.run_name, mine.info.status) == ("mine", "FINISHED")
    assert mine.data.params["fit_intercept"] == "True"
    assert mine.data.metrics["by_hand"] == 2.0
    assert "training_score" in mine.data.metrics
    assert len(mine.outputs.model_outputs) == 1
    assert child.data.tags["mlflow.parentRunId"] == mine.info.run_id
    assert child.data.params["fit_intercept"] == "False"
    assert "mlflow.parentRunId" not in other.data.tags
    assert last == other.info.run_id


def test_a_fit_goes_into_no_run_of_the_users_where_they_want_none_in_it(
    script, server, experiment, runs
):
    script(
        """
import mlflow
from autolog import autolog
autolog(sink="mlflow", sync="fit", silent=True, exclusive=True)
from sklearn.linear_model import LinearRegression
with mlflow.start_run(run_name="mine"):
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
""",
        MLFLOW_TRACKING_URI=f"http://{server}",
        MLFLOW_EXPERIMENT_NAME=experiment,
    )

    mine, other = runs()
    assert (mine.data.params, "fit_intercept" in other.data.params) == ({}, True)


def test_a_script_of_a_project_lands_in_the_projects_run(script, server, experiment, client):
    experiment_id = client.create_experiment(experiment)
    project = client.create_run(experiment_id, run_name="project")

    script(
        """
from autolog import autolog
autolog(sink="mlflow", silent=True)
from sklearn.linear_model import LinearRegression
LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
""",
        MLFLOW_TRACKING_URI=f"http://{server}",
        MLFLOW_RUN_ID=project.info.run_id,
        MLFLOW_EXPERIMENT_ID=experiment_id,
    )

    (run,) = client.search_runs([experiment_id])
    assert run.info.run_id == project.info.run_id
    assert (run.info.run_name, run.info.status) == ("project", "RUNNING")
    assert run.data.params["fit_intercept"] == "True"


def test_a_file_needs_no_server(script, tmp_path):
    script(
        """
from autolog import autolog, run
autolog(sink="mlflow+sqlite:///found.db", silent=True, exit_timeout=60)
with run("loop") as current:
    for step in range(3):
        current.log_metric("loss", 1 / (step + 1), step=step)
"""
    )

    with closing(sqlite3.connect(tmp_path / "found.db")) as found:
        points = found.execute("SELECT step, value FROM metrics ORDER BY step").fetchall()
        runs = found.execute("SELECT name, status FROM runs").fetchall()
    assert points == [(0, 1.0), (1, 0.5), (2, 1 / 3)]
    assert runs == [("loop", "FINISHED")]


RUN = "f" * 32


@pytest.fixture
def sink(server, experiment, in_this_process, tmp_path):
    return in_this_process(f"mlflow+http://{server}?experiment={experiment}", tmp_path)


def batch(*events, first=0):
    positions = tuple(range(first, first + len(events)))
    return Batch("journal", events, positions, first + len(events))


def test_what_is_larger_than_a_request_is_sent_in_several(sink, runs, client):
    metrics = {f"metric {number}": float(number) for number in range(2500)}
    params = {f"param_{number}": "x" * 9000 for number in range(250)}
    tags = {f"tag_{number}": "ü" * 9000 for number in range(250)}

    sink.write(
        batch(
            RunStarted(RUN, 0, 10**9, "large", "x"),
            MetricsLogged(RUN, 1, 2 * 10**9, 0, metrics),
            ParamsLogged(RUN, 2, 2 * 10**9, params),
            TagsSet(RUN, 3, 2 * 10**9, tags),
        )
    )

    (run,) = runs()
    assert run.data.metrics == metrics
    assert set(run.data.params) == set(params)
    assert set(run.data.params.values()) == {"x" * 5997 + "..."}
    assert tags.keys() <= run.data.tags.keys()
    assert run.data.tags["tag_7"] == "ü" * 7997 + "..."


def test_names_that_mlflow_refuses_are_made_such_that_it_takes_them(sink, runs):
    names = ["loss(%)", "a//b", "../up", "", "k" * 300, "../", "f1@0.5", "fine/name: 1.0-x_y"]

    sink.write(
        batch(
            RunStarted(RUN, 0, 10**9, "names", "x"),
            MetricsLogged(RUN, 1, 10**9, 0, dict.fromkeys(names, 1.0)),
            ParamsLogged(RUN, 2, 10**9, dict.fromkeys(names, "1")),
            TagsSet(RUN, 3, 10**9, dict.fromkeys(names, "1")),
        )
    )

    (run,) = runs()
    expected = {
        *("loss___", "a__b", "_../up", "_", "k" * 247 + "...", "_.._", "f1_0.5"),
        "fine/name: 1.0-x_y",
    }
    assert set(run.data.metrics) == set(run.data.params) == expected
    assert expected <= run.data.tags.keys()


def test_a_param_that_changes_keeps_its_first_value_and_a_note(sink, runs):
    started = RunStarted(RUN, 0, 10**9, "changing", "x")

    sink.write(batch(started, ParamsLogged(RUN, 1, 10**9, {"rate": "0.1", "depth": "3"})))
    sink.write(batch(ParamsLogged(RUN, 2, 10**9, {"rate": "0.2", "depth": "3"}), first=2))

    (run,) = runs()
    assert run.data.params == {"rate": "0.1", "depth": "3"}
    assert run.data.tags["autolog.changed_param.rate"] == "0.2"
    assert "autolog.changed_param.depth" not in run.data.tags


def test_numbers_that_are_none_are_kept_as_mlflow_keeps_them(sink, runs, client):
    values = [float("nan"), float("inf"), float("-inf"), 1.0]

    sink.write(
        batch(
            RunStarted(RUN, 0, 10**9, "numbers", "x"),
            *(
                MetricsLogged(RUN, step + 1, 10**9, step, {"loss": value})
                for step, value in enumerate(values)
            ),
        )
    )

    (run,) = runs()
    points = client.get_metric_history(run.info.run_id, "loss")
    kept = {point.step: point.value for point in points}
    assert pd.isna(kept[0])
    assert kept[1] == -kept[2] > 1e308
    assert kept[3] == 1.0


@pytest.mark.parametrize("step", [2**63, -(2**63)])
def test_a_step_that_mlflow_cannot_tell_is_refused_alone(sink, runs, step):
    started = RunStarted(RUN, 0, 10**9, "numbers", "x")
    too_far = MetricsLogged(RUN, 1, 10**9, step, {"loss": 1.0})
    furthest = MetricsLogged(RUN, 2, 10**9, 2**63 - 1, {"loss": 2.0})

    with pytest.raises(RecordRejected) as caught:
        sink.write(batch(started, too_far, furthest))
    sink.write(batch(started, furthest))

    assert caught.value.event is too_far
    (run,) = runs()
    assert run.data.metrics == {"loss": 2.0}


def test_a_server_is_told_what_mlflows_client_would_tell_it(sink, runs, client):
    values = [float("nan"), float("inf"), -0.0, 5e-324, 1e22, 3]
    steps = [-5, 0, 2**53 + 1, 7, 8, 9]
    names = ["loss", "Ä/ö", "a b", "x" * 250, "q-\u4e2d", "z"]
    events = [
        MetricsLogged(RUN, number, 10**15 + number, step, {name: value, "all": value})
        for number, (name, step, value) in enumerate(zip(names, steps, values, strict=True), 1)
    ]
    told = ParamsLogged(RUN, 9, 10**9, {"p": '"\\ \u2028 \0 Ä'}), TagsSet(RUN, 9, 1, {"t": "'`\n"})

    sink.write(batch(RunStarted(RUN, 0, 10**9, "run", "x"), *events, *told))
    sink._sender._server = None  # which leaves everything to the client
    sink.write(
        batch(RunStarted("d" * 32, 0, 10**9 + 10**7, "run", "x"), *as_of("d" * 32, events, told))
    )

    ours, theirs = runs()
    assert facts_of(client, ours) == facts_of(client, theirs)
    assert len(facts_of(client, ours)[0]) == 12


def as_of(run_id, *events):
    """The events as those of another run."""
    return [replace(event, run_id=run_id) for some in events for event in some]


def facts_of(client, run):
    points = [
        repr((point.key, point.step, point.timestamp, point.value))
        for key in run.data.metrics
        for point in client.get_metric_history(run.info.run_id, key)
    ]
    return sorted(points), run.data.params, run.data.tags["t"]


def test_a_plot_is_among_the_files_as_a_picture(recording, runs, client, tmp_path):
    recording()

    LogisticRegression(max_iter=500).fit(X, Y)

    (run,) = runs()
    files = {one.path for one in client.list_artifacts(run.info.run_id)}
    assert "training_confusion_matrix.png" in files
    fetched = client.download_artifacts(
        run.info.run_id, "training_confusion_matrix.png", str(tmp_path)
    )
    assert Path(fetched).read_bytes().startswith(b"\x89PNG")


def test_a_plot_whose_data_are_gone_is_left_out(sink, runs, client, tmp_path):
    sink.write(
        batch(
            RunStarted(RUN, 0, 10**9, "x", "x"),
            ArtifactStored(RUN, 1, 10**9, "curve.png", 0, "curve.json"),
            MetricsLogged(RUN, 2, 10**9, 0, {"loss": 1.0}),
        )
    )

    (run,) = runs()
    assert run.data.metrics == {"loss": 1.0}
    assert client.list_artifacts(run.info.run_id) == []


def test_a_file_that_was_left_where_it_is_is_told_of_and_not_sent(sink, runs, client, tmp_path):
    elsewhere = tmp_path / "epoch.ckpt"
    own = tmp_path / "artifacts" / RUN / "checkpoints" / "own.ckpt"
    own.parent.mkdir(parents=True)
    for file in (elsewhere, own):
        file.write_bytes(b"weights")
    left = ArtifactStored(RUN, 1, 2, "theirs.ckpt", 7, None, str(elsewhere))
    kept = ArtifactStored(RUN, 2, 2, "checkpoints/best.ckpt", 7, None, str(own))

    sink.write(batch(RunStarted(RUN, 0, 10**9, "left", "x"), left, kept))

    (run,) = runs()
    assert run.data.tags["autolog.reference.theirs.ckpt"] == str(elsewhere)
    assert [one.path for one in client.list_artifacts(run.info.run_id)] == ["checkpoints"]
    (file,) = client.list_artifacts(run.info.run_id, "checkpoints")
    assert file.path == "checkpoints/best.ckpt"


def test_what_another_process_tells_of_a_run_waits_for_the_one_that_has_begun_it(
    server, experiment, in_this_process, runs, tmp_path
):
    uri = f"mlflow+http://{server}"
    of_worker, of_owner = in_this_process(uri, tmp_path), in_this_process(uri, tmp_path)
    run_id, other, now = uuid.uuid4().hex, uuid.uuid4().hex, time.time_ns()
    told = Batch(
        "of the worker",
        (
            MetricsLogged(run_id, 0, now, 1, {"loss": 0.5}),
            RunStarted(other, 0, now, "other", experiment),
        ),
        (0, 1),
        2,
    )

    with pytest.raises(SinkUnavailable, match="not there yet"):
        of_worker.write(told)
    (alone,) = runs()
    of_owner.write(
        Batch("of the owner", (RunStarted(run_id, 0, now, "owned", experiment),), (0,), 1)
    )
    of_worker.write(told)

    assert alone.info.run_name == "other"
    assert {run.info.run_name: run.data.metrics for run in runs()} == {
        "other": {},
        "owned": {"loss": 0.5},
    }


def test_a_run_of_which_nobody_told_that_it_began_is_named_when_somebody_does(
    server, experiment, in_this_process, client, tmp_path
):
    uri = f"mlflow+http://{server}?experiment={experiment}"
    parent, run_id = uuid.uuid4().hex, uuid.uuid4().hex
    of_worker, of_owner = in_this_process(uri, tmp_path), in_this_process(uri, tmp_path)
    of_worker.write(Batch("worker", (MetricsLogged(run_id, 0, 10**9, 1, {"loss": 0.5}),), (0,), 1))

    of_owner.write(
        Batch(
            "owner",
            (
                RunStarted(parent, 0, 10**9, "parent", experiment),
                RunStarted(run_id, 0, 10**9, "owned", experiment, parent),
            ),
            (0, 1),
            2,
        )
    )

    experiment_id = client.get_experiment_by_name(experiment).experiment_id
    found = {run.info.run_name: run for run in client.search_runs([experiment_id])}
    assert set(found) == {"parent", "owned"}
    assert found["owned"].data.metrics == {"loss": 0.5}
    assert found["owned"].data.tags["mlflow.parentRunId"] == found["parent"].info.run_id
    assert "autolog.unnamed" not in found["owned"].data.tags


def test_two_processes_within_one_run_of_the_users_know_each_what_it_has_had(
    server, experiment, in_this_process, client, tmp_path
):
    uri = f"mlflow+http://{server}"
    experiment_id = client.create_experiment(experiment)
    theirs = client.create_run(experiment_id).info.run_id
    ids = uuid.uuid4().hex, uuid.uuid4().hex
    batches = [
        Batch(
            f"journal-{place}",
            (
                RunStarted(run_id, 0, 10**9, "x", experiment, None, {"mlflow.run_id": theirs}),
                MetricsLogged(run_id, 1, 10**9, 1, {f"loss_{place}": 0.5}),
            ),
            (0, 1),
            2,
        )
        for place, run_id in enumerate(ids)
    ]
    for each in batches:
        in_this_process(uri, tmp_path).write(each)

    again = in_this_process(uri, tmp_path)  # as recovery does for a process that is gone
    for place, run_id in enumerate(ids):
        news = MetricsLogged(run_id, 2, 2 * 10**9, 2, {f"loss_{place}": 0.25})
        again.write(Batch(f"journal-{place}", (news,), (2,), 3))

    (run,) = client.search_runs([experiment_id])
    assert run.data.metrics == {"loss_0": 0.25, "loss_1": 0.25}
    delivered = {key: value for key, value in run.data.tags.items() if "delivered" in key}
    assert delivered == {f"autolog.delivered.journal-{place}": "2" for place in (0, 1)}


def test_a_model_that_is_sent_twice_is_one_model(
    server, experiment, in_this_process, recording, runs, client
):
    recording(registered_model_name=experiment)
    LogisticRegression(max_iter=500).fit(X, Y)
    (run,) = runs()
    (delivered,) = (key for key in run.data.tags if key.startswith("autolog.delivered."))
    client.delete_tag(run.info.run_id, delivered)  # as if that had not arrived
    stored = autolog.directory.directory_to_write()
    model_id = client.get_logged_model(run.outputs.model_outputs[0].model_id).tags[
        "autolog.model_id"
    ]
    ours = run.data.tags["autolog.run_id"]
    again = in_this_process(f"mlflow+http://{server}?experiment={experiment}", stored)

    event = ModelStored(
        ours, 9, 10**9, "model", model_id, "sklearn", 1, None, {"MLmodel": "0"}, experiment
    )
    again.write(Batch("again", (event,), (1,), 2))

    (after,) = runs()
    assert len(after.outputs.model_outputs) == 1
    assert len(client.search_logged_models([run.info.experiment_id])) == 1
    assert len(client.search_model_versions(f"name = '{experiment}'")) == 1
    assert after.data.metrics == run.data.metrics


def test_a_model_of_which_no_answer_arrives_is_one_model(
    server, experiment, in_this_process, runs, client, tmp_path
):
    folder = tmp_path / "artifacts" / RUN / "model"
    folder.mkdir(parents=True)
    (folder / "MLmodel").write_text("artifact_path: model\nmodel_id: m-1\nrun_id: x\n")
    (folder / "weights").write_bytes(b"weights")
    hashes = {"MLmodel": "0", "weights": "1"}
    events = batch(
        RunStarted(RUN, 0, 10**9, "x", "x"),
        MetricsLogged(RUN, 1, 10**9, 0, {"loss": 1.0}),
        ModelStored(RUN, 2, 10**9, "model", "m-1", "toy", 7, None, hashes, experiment),
    )

    with FaultyProxy(server) as proxy:
        sink = in_this_process(f"mlflow+{proxy.address}?experiment={experiment}", tmp_path)
        for lost in range(100):
            before = proxy.requests
            try:
                with proxy.losing_the_answer_to(lost):
                    sink.write(events)
                break
            except SinkUnavailable:
                continue
        of_last_attempt = proxy.requests - before

    (run,) = runs()
    (model,) = client.search_logged_models([run.info.experiment_id])
    (version,) = client.search_model_versions(f"name = '{experiment}'")
    assert 0 < of_last_attempt <= lost  # each of them was lost before
    assert [output.model_id for output in run.outputs.model_outputs] == [model.model_id]
    assert (str(model.status), version.source) == ("READY", model.artifact_location)
    assert [(one.key, one.value) for one in model.metrics] == [("loss", 1.0)]


def test_a_server_that_knows_no_models_has_them_among_the_files(
    server, experiment, in_this_process, runs, client, tmp_path
):
    folder = tmp_path / "artifacts" / RUN / "model"
    folder.mkdir(parents=True)
    (folder / "MLmodel").write_text("artifact_path: model\n")
    event = ModelStored(RUN, 1, 10**9, "model", "m-1", "toy", 7, None, {"MLmodel": "0"})

    with (
        FaultyProxy(server) as proxy,
        proxy.answering(Answer(404, body=b"<html>"), "/logged-models"),
    ):
        sink = in_this_process(f"mlflow+{proxy.address}?experiment={experiment}", tmp_path)
        sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x"), event))

    (run,) = runs()
    files = client.list_artifacts(run.info.run_id, "model")
    assert [file.path for file in files] == ["model/MLmodel"]


def test_the_end_of_the_process_that_sends_is_survived(server, experiment, runs, tmp_path):
    sink = open_sink(f"mlflow+http://{server}?experiment={experiment}", tmp_path / ".autolog")
    sink.write(batch(RunStarted(RUN, 0, 10**9, "survived", "x")))
    sink._process.kill()
    sink._process.wait()
    metrics = batch(MetricsLogged(RUN, 1, 10**9, 0, {"loss": 1.0}), first=1)

    with pytest.raises(SinkUnavailable, match="has ended"):
        sink.write(metrics)
    sink.write(metrics)
    sink.close()

    (run,) = runs()
    assert run.data.metrics == {"loss": 1.0}


def test_what_a_server_asks_for_passes_the_process(tmp_path):
    with FaultyProxy("127.0.0.1:9") as proxy:
        sink = open_sink(f"mlflow+{proxy.address}", tmp_path / ".autolog")
        with (
            proxy.answering(Answer(429, {"Retry-After": "7"})),
            pytest.raises(SinkUnavailable) as caught,
        ):
            sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x")))
        sink.close()

    assert caught.value.retry_after == 7


def test_a_kind_of_store_that_mlflow_does_not_take_is_told_of(tmp_path):
    sink = open_sink("mlflow+nonsense://me:secret@host", tmp_path / ".autolog")

    with pytest.raises(SinkUnavailable) as caught:
        sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x")))
    sink.close()

    assert "nonsense" in str(caught.value)
    assert "ended" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_refusal_names_the_event_across_the_process(server, experiment, tmp_path, runs):
    sink = open_sink(f"mlflow+http://{server}?experiment={experiment}", tmp_path / ".autolog")
    refused = MetricsLogged(RUN, 2, -1, 0, {"loss": 1.0})  # before 1970
    taken = [MetricsLogged(RUN, step, 10**9, step, {"loss": 1.0}) for step in range(5)]

    with pytest.raises(RecordRejected) as caught:
        sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x"), *taken[:3], refused, *taken[3:]))
    sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x"), *taken))
    sink.close()

    assert caught.value.event == refused
    assert "timestamp" in caught.value.reason
    assert [run.data.metrics for run in runs()] == [{"loss": 1.0}]


def test_a_password_is_in_no_message(in_this_process, tmp_path):
    sink = in_this_process("mlflow+http://me:secret@127.0.0.1:9", tmp_path)

    with pytest.raises(SinkUnavailable) as caught:
        sink.write(batch(RunStarted(RUN, 0, 10**9, "x", "x")))

    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("mlflow", Location(None, None)),
        ("mlflow:", Location(None, None)),
        ("mlflow+http://host:5000", Location("http://host:5000", None)),
        ("mlflow+https://host?experiment=churn", Location("https://host", "churn")),
        ("mlflow+sqlite:///runs/mlflow.db", Location("sqlite:////project/runs/mlflow.db", None)),
        ("mlflow+sqlite:////data/mlflow.db", Location("sqlite:////data/mlflow.db", None)),
    ],
)
def test_a_uri_means_a_server(uri, expected, tmp_path, monkeypatch):
    autolog_directory = type(tmp_path)("/project/.autolog")

    assert location(uri, autolog_directory) == expected


@pytest.mark.parametrize(
    "uri", ["mlflow+", "mlflow+http://", "mlflow:http://host", "mlflow+http://h?experiment="]
)
def test_a_malformed_uri_is_refused(uri):
    with pytest.raises(ConfigurationError):
        check_uri(uri)


def test_a_database_that_mlflows_client_cannot_open_is_refused(monkeypatch):
    found = {"mlflow": object()}
    monkeypatch.setattr("autolog.sinks.mlflow.location.find_spec", found.get)

    check_uri("mlflow+http://host:5000")
    with pytest.raises(ConfigurationError, match="pip install mlflow"):
        check_uri("mlflow+sqlite:///mlflow.db")


def test_a_uri_that_is_refused_is_shown_without_its_password():
    with pytest.raises(ConfigurationError) as caught:
        check_uri("mlflow+http://me:secret@host?experiments=x")

    assert "secret" not in str(caught.value)
