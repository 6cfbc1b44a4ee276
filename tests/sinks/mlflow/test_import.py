"""`autolog import`: runs of a real MLflow store become runs of the store, once."""

from __future__ import annotations

import json
import math
import os
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.cli.main import main
from autolog.errors import ModelUntrusted
from autolog.store import Store

# MLflow and what it imports have some to say, and work in this process here.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def call():
    """Calls the command line in this process."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def template(tmp_path_factory, mlflow_client):
    """An MLflow store in a file: a search with two trials, a failed run, one that goes on."""
    folder = tmp_path_factory.mktemp("mlflow")
    with chdir(folder):  # where MLflow puts the files of its first experiment
        client = mlflow_client(f"sqlite:///{folder}/mlflow.db")
        return folder, client, _filled(client, folder)


def _filled(client, folder):
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric

    experiment = client.create_experiment("churn", artifact_location=f"file://{folder}/files")
    parent = client.create_run(experiment, start_time=1_700_000_000_000, run_name="search")
    name = parent.info.run_id
    client.log_param(name, "grid", "2")
    client.set_tag(name, "mlflow.source.git.commit", "abc")
    points = [Metric("loss", 1 / (step + 1), 1_700_000_000_100 + step, step) for step in range(50)]
    points += [Metric("odd", math.nan, 1_700_000_000_200, 0)]
    client.log_batch(name, metrics=points)
    dataset = Dataset("rows", "12345678", "code", '{"tags": {}}', '{"a": 1}', None)
    used = DatasetInput(dataset, [InputTag("mlflow.data.context", "eval")])
    client.log_inputs(name, [used])
    (folder / "notes.txt").write_text("noted")
    client.log_artifact(name, str(folder / "notes.txt"), "deep/er")
    children = [
        client.create_run(
            experiment,
            start_time=1_700_000_000_000,
            run_name=f"trial {number}",
            tags={"mlflow.parentRunId": name},
        ).info.run_id
        for number in range(2)
    ]
    for child in children:
        client.log_metric(child, "loss", 0.25, timestamp=1_700_000_000_500, step=3)
        client.set_terminated(child, end_time=1_700_000_001_000)
    client.set_terminated(name, end_time=1_700_000_002_000)
    failed = client.create_run("0", run_name="failed").info.run_id
    client.set_terminated(failed, "FAILED")
    going_on = client.create_run("0", run_name="going on").info.run_id
    deleted = client.create_run("0").info.run_id
    client.delete_run(deleted)
    return {"parent": name, "children": children, "failed": failed, "going on": going_on}


@pytest.fixture
def tracking(template, monkeypatch):
    """The URI of the store, and MLflow's ids of its runs."""
    folder, client, ids = template
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("AUTOLOG_DIR", str(folder.parent / ".autolog"))
    yield f"mlflow+sqlite:///{folder}/mlflow.db", client, ids
    autolog.shutdown()
    shutil.rmtree(folder.parent / ".autolog", ignore_errors=True)


def store():
    return Store(Path(os.environ["AUTOLOG_DIR"]) / "runs.db")


def test_runs_keep_their_ids_and_all_that_maps(call, tracking):
    uri, _, ids = tracking

    result = call("import", uri)

    run = store().run(ids["parent"])
    assert result.exit_code == 0, result.output
    assert "Copied 5 runs to sqlite:." in result.stdout
    assert (run.name, run.experiment, run.status) == ("search", "churn", "FINISHED")
    assert run.start_time.timestamp() == 1_700_000_000
    assert run.end_time.timestamp() == 1_700_000_002
    assert run.params == {"grid": "2"}
    assert run.tags["git.commit"] == run.tags["mlflow.source.git.commit"] == "abc"
    history = run.metric_history("loss")
    assert [(point.step, point.value) for point in history] == [
        (step, 1 / (step + 1)) for step in range(50)
    ]
    assert history[7].timestamp.timestamp() == 1_700_000_000.107
    assert math.isnan(run.metrics["odd"])
    (dataset,) = run.datasets
    assert (dataset.name, dataset.context, dataset.schema) == ("rows", "eval", {"a": 1})
    assert {child.run_id for child in run.children} == set(ids["children"])
    assert store().run(ids["failed"]).status == "FAILED"
    assert store().run(ids["failed"]).experiment == "default"
    assert store().run(ids["going on"]).end_time is None


def test_a_run_is_shown_by_its_id_in_mlflow(call, tracking):
    uri, _, ids = tracking
    call("import", uri)

    result = call("show", ids["parent"])

    assert "search" in result.stdout
    assert "deep/er/notes.txt" in result.stdout


def test_files_stay_where_they_are(call, tracking):
    uri, _, ids = tracking

    call("import", uri)

    (file,) = store().run(ids["parent"]).artifacts
    assert file.path == "deep/er/notes.txt"
    assert file.location is not None
    assert file.file.read_text() == "noted"
    assert not (Path(os.environ["AUTOLOG_DIR"]) / "artifacts").exists()


def test_files_are_copied_on_request(call, tracking):
    uri, _, ids = tracking
    call("import", uri)

    result = call("import", uri, "--artifacts", "--json")

    run = store().run(ids["parent"])
    (file,) = run.artifacts
    assert json.loads(result.stdout)["copied"] == [ids["parent"]]
    assert file.location is None
    assert file.file == run.artifact_directory / "deep" / "er" / "notes.txt"
    assert file.file.read_text() == "noted"


def test_twice_is_once(call, tracking):
    uri, _, ids = tracking
    call("import", uri)

    second = call("import", uri, "--json")
    third = call("import", uri, "--json", "--again")

    assert json.loads(second.stdout)["unchanged"] == 5
    assert len(json.loads(third.stdout)["copied"]) == 5
    assert len(store().metric_history(ids["parent"], "loss")) == 50


def test_what_a_run_gets_later_is_imported_later(call, tracking):
    uri, client, _ = tracking
    run_id = client.create_run("0", run_name="later").info.run_id
    client.log_metric(run_id, "loss", 0.5, step=0, timestamp=1_000)
    call("import", uri)
    client.log_metric(run_id, "loss", 0.5, step=1, timestamp=2_000)
    client.log_metric(run_id, "accuracy", 0.5, step=1, timestamp=1_500)
    client.set_terminated(run_id)

    result = call("import", uri, "--json")

    run = store().run(run_id)
    client.delete_run(run_id)
    assert json.loads(result.stdout)["copied"] == [run_id]
    assert [point.step for point in run.metric_history("loss")] == [0, 1]
    assert run.metrics["accuracy"] == 0.5
    assert run.status == "FINISHED"


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--experiment", "churn"], {"search", "trial 0", "trial 1"}),
        (["--filter", "metrics.odd != 1 or attributes.status = 'FAILED'"], None),
        (["--filter", "attributes.status = 'FAILED'"], {"failed"}),
    ],
)
def test_runs_are_chosen(call, tracking, arguments, names):
    result = call("import", tracking[0], *arguments)

    if names is None:
        assert result.exit_code == 1
        assert "does not answer" in result.stderr
    else:
        assert {run.name for run in store().runs()} == names


def test_a_chosen_run_takes_the_runs_under_it_along(call, tracking):
    uri, _, ids = tracking

    call("import", uri, ids["parent"])

    assert {run.run_id for run in store().runs()} == {ids["parent"], *ids["children"]}


def test_what_autolog_had_sent_there_is_not_imported_as_another_run(call, tracking):
    uri, client, _ = tracking
    with autolog.run("ours") as run:
        run.log_metric("loss", 0.5)
    autolog.shutdown()
    call("sync", "--to", uri, run.run_id)

    result = call("import", uri, "--json")

    (theirs,) = client.search_runs(
        [one.experiment_id for one in client.search_experiments()],
        f"tags.`autolog.run_id` = '{run.run_id}'",
    )
    client.delete_run(theirs.info.run_id)
    assert json.loads(result.stdout)["there_already"] == 1
    assert [run.run_id for run in store().runs("name = 'ours'")] == [run.run_id]


def test_recorded_runs_are_copied_to_a_server_with_their_models(
    call, server, client, tmp_path, monkeypatch
):
    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path / ".autolog"))
    autolog.autolog(log_environment=False, silent=True, registered_model_name="copied")
    LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    run = autolog.last_run()
    autolog.shutdown()

    first = call("sync", "--to", f"mlflow+http://{server}")
    second = call("sync", "--to", f"mlflow+http://{server}", "--again")

    (theirs,) = client.search_runs(["0"], f"tags.`autolog.run_id` = '{run.run_id}'")
    (model,) = client.search_logged_models(["0"], f"source_run_id = '{theirs.info.run_id}'")
    (version,) = client.search_model_versions("name = 'copied'")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert theirs.data.params == run.params
    assert theirs.data.metrics == pytest.approx(dict(run.metrics))
    assert {one.run_id for one in client.search_model_versions("name = 'copied'")} == {
        theirs.info.run_id
    }
    assert (model.name, version.source) == ("model", model.artifact_location)


@pytest.fixture
def with_a_model(call, tracking):
    """A run with a model that was sent to MLflow, and is not here any more; and MLflow's run."""
    uri, client, _ = tracking
    with autolog.run("with a model") as run:
        autolog.autolog(log_environment=False, silent=True)
        LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    recorded = autolog.get_run(run.run_id)
    autolog.shutdown()
    call("sync", "--to", uri, run.run_id)
    shutil.rmtree(os.environ["AUTOLOG_DIR"])
    (theirs,) = client.search_runs(["0"], f"tags.`autolog.run_id` = '{run.run_id}'")
    yield recorded, theirs
    client.delete_run(theirs.info.run_id)


def test_models_are_imported_and_loaded_on_trust(call, tracking, with_a_model):
    recorded, theirs = with_a_model

    result = call("import", tracking[0], theirs.info.run_id, "--artifacts")

    imported = store().run(recorded.run_id)
    (model,) = imported.models
    assert result.exit_code == 0, result.output
    assert "Downloading" not in result.output
    assert (model.name, model.flavor) == ("model", "sklearn")
    assert model.model_id == recorded.models[0].model_id
    assert model.signature == recorded.models[0].signature
    assert "model/MLmodel" in {file.path for file in imported.artifacts}
    with pytest.raises(ModelUntrusted, match="It was imported"):
        autolog.load_model(imported)
    assert autolog.load_model(imported, trust=True).predict([[2.0]]).tolist() == [1]
    loaded = autolog.load_model(f"models:/{model.model_id}", trust=True)
    assert loaded.predict([[2.0]]).tolist() == [1]


def test_models_that_are_not_copied_are_references(call, tracking, with_a_model):
    recorded, theirs = with_a_model

    call("import", tracking[0], theirs.info.run_id)

    imported = store().run(recorded.run_id)
    files = {file.path: file.location for file in imported.artifacts}
    assert imported.models == ()
    assert files["model/MLmodel"] is not None


def test_models_of_one_name_are_kept_apart(call, tracking, with_a_model, tmp_path):
    uri, client, _ = tracking
    recorded, theirs = with_a_model
    (first,) = client.search_logged_models(["0"], f"source_run_id = '{theirs.info.run_id}'")
    again = client.create_logged_model("0", name=first.name, source_run_id=theirs.info.run_id)
    (tmp_path / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: x\n")
    client.log_model_artifacts(again.model_id, str(tmp_path))

    call("import", uri, theirs.info.run_id, "--artifacts")

    models = {model.name: model for model in store().run(recorded.run_id).models}
    assert models.keys() == {"model", f"model-{again.model_id[2:10]}"}
    assert models["model"].flavor == "sklearn"


def test_models_among_the_files_of_a_run_are_imported_too(call, tracking, tmp_path):
    uri, client, _ = tracking
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: x\n")
    run_id = client.create_run("0", run_name="as before MLflow 3").info.run_id
    client.log_artifacts(run_id, str(folder), "deep/model")

    call("import", uri, run_id, "--artifacts")

    client.delete_run(run_id)
    (model,) = store().run(run_id).models
    assert (model.name, model.flavor) == ("deep/model", "python_function")


def test_an_id_that_leads_out_of_the_folder_is_not_taken_over(call, tracking):
    uri, client, _ = tracking
    tags = {"autolog.run_id": "../../elsewhere"}
    run_id = client.create_run("0", run_name="malicious", tags=tags).info.run_id

    call("import", uri, run_id)

    client.delete_run(run_id)
    assert store().run(run_id).name == "malicious"


def test_a_server_is_read_too(call, server, client, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path / ".autolog"))
    experiment = client.create_experiment("to be imported")
    run_id = client.create_run(experiment, run_name="remote").info.run_id
    (tmp_path / "notes.txt").write_text("noted")
    client.log_artifact(run_id, str(tmp_path / "notes.txt"))
    client.log_metric(run_id, "loss", 0.5)
    uri = f"mlflow+http://someone:hunter2@{server}"

    result = call("import", uri, "--experiment", "to be imported", "--artifacts")

    run = store().run(run_id)
    assert result.exit_code == 0, result.output
    assert run.metrics == {"loss": 0.5}
    assert run.artifacts[0].file.read_text() == "noted"
    assert "hunter2" not in result.output + repr(run)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("mlflow+sqlite:///nowhere.db", "There is no MLflow store at"),
        ("mlflow+http://a:hunter2@127.0.0.1:9", "127.0.0.1:9 does not answer"),
        ("wandb:project", "imported from MLflow"),
    ],
)
def test_what_cannot_be_imported_is_said(call, tracking, monkeypatch, uri, said):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    result = call("import", uri)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "hunter2" not in result.output
