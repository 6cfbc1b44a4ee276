"""Models that were recorded are given back; what somebody else made needs to be trusted."""

from __future__ import annotations

import pickle
import shutil
import sqlite3

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.errors import (
    ModelDamaged,
    ModelError,
    ModelNotFound,
    ModelUntrusted,
    RunNotFound,
)
from autolog.model_loading import load_model


class Evil:
    """Whoever loads it makes a file."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return (open, (str(self.canary), "w"))


@pytest.fixture
def model():
    return LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])


@pytest.fixture
def live(model):
    """The run that has kept the model, under two names."""
    with autolog.run("training") as run:
        autolog.log_model(model)
        autolog.log_model(model, "other")
    return run


@pytest.fixture
def recorded(live):
    return autolog.get_run(live.run_id)


@pytest.fixture
def registered(model):
    """A run whose model is the first version of a registered one."""
    with autolog.run("training") as run:
        autolog.log_model(model, registered_model_name="churn")
    return autolog.get_run(run.run_id)


@pytest.fixture
def directory(recorded):
    return recorded.models[0].directory


@pytest.fixture
def canary(tmp_path):
    return tmp_path / "canary"


def assert_same(loaded, model):
    np.testing.assert_equal(loaded.coef_, model.coef_)


@pytest.mark.parametrize(
    "address", ["runs:/last/model", "runs:/{run_id}/other", "runs:/{start}/model"]
)
def test_a_model_is_found_by_its_address(recorded, model, address):
    address = address.format(run_id=recorded.run_id, start=recorded.run_id[:8])

    assert_same(load_model(address), model)


@pytest.mark.parametrize("address", ["models:/churn/1", "models:/{model_id}"])
def test_so_it_is_by_its_version_and_by_its_id(registered, model, address):
    address = address.format(model_id=registered.models[0].model_id)

    assert_same(load_model(address), model)


@pytest.mark.parametrize(
    "address", ["models:/churn", "models:/churn/latest", "models:/churn/Latest"]
)
def test_the_newest_version_is_found_without_its_number(registered, model, address):
    newest = LogisticRegression().fit([[0.0, 3.0], [1.0, 0.0]], [0, 1])
    with autolog.run("later"):
        autolog.log_model(newest, registered_model_name="churn")

    assert_same(load_model(address), newest)


def test_a_version_that_is_not_there_is_told_with_those_that_are(registered):
    with pytest.raises(ModelNotFound, match=r"'churn' has no version 2; it has 1\."):
        load_model("models:/churn/2")


def test_a_registered_model_that_is_not_there_is_told_with_those_that_are(registered):
    with pytest.raises(ModelNotFound, match=r"no registered model 'fraud' in .*there are 'churn'"):
        load_model("models:/fraud")


def test_a_registered_model_that_was_exchanged_does_nothing(registered, canary):
    (registered.models[0].directory / "model.pkl").write_bytes(pickle.dumps(Evil(canary)))

    with pytest.raises(ModelDamaged, match="not what was stored"):
        load_model("models:/churn/1", trust=True)

    assert not canary.exists()


def test_a_run_that_was_read_back_gives_its_model(recorded, model):
    assert_same(load_model(recorded), model)


def test_a_run_of_this_process_gives_its_model(live, model):
    assert_same(load_model(live), model)


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["text", "path"])
def test_the_folder_of_a_recorded_model_needs_no_trust(directory, model, kind):
    assert_same(load_model(kind(directory)), model)


def test_a_copy_elsewhere_does(directory, model, tmp_path):
    shutil.copytree(directory, tmp_path / "copy")

    with pytest.raises(
        ModelUntrusted, match=r"run any code.*not in the artifact folder.*trust=True"
    ):
        load_model(tmp_path / "copy")

    assert_same(load_model(tmp_path / "copy", trust=True), model)


def test_so_does_a_folder_that_only_looks_like_a_runs(recorded, directory, tmp_path):
    copy = tmp_path / "artifacts" / recorded.run_id / "model"
    shutil.copytree(directory, copy)

    with pytest.raises(ModelUntrusted):
        load_model(copy)


def test_a_model_that_was_exchanged_does_nothing_even_if_it_is_trusted(directory, canary):
    (directory / "model.pkl").write_bytes(pickle.dumps(Evil(canary)))

    with pytest.raises(ModelDamaged, match="not what was stored"):
        load_model("runs:/last/model", trust=True)

    assert not canary.exists()


def test_a_model_that_was_not_finished_needs_trust(recorded, directory, model):
    forget_hashes(directory)

    with pytest.raises(ModelUntrusted, match=r"interrupted.*trust=True"):
        load_model("runs:/last/model")

    assert_same(load_model("runs:/last/model", trust=True), model)


def test_a_model_that_the_record_says_is_elsewhere_needs_trust(recorded, directory, tmp_path):
    shutil.copytree(directory, tmp_path / "outside")
    shutil.rmtree(directory)
    directory.symlink_to(tmp_path / "outside")

    with pytest.raises(ModelUntrusted, match="not in the artifact folder"):
        load_model("runs:/last/model")


def test_a_name_that_a_run_does_not_have_is_told_with_those_that_it_has(recorded):
    with pytest.raises(ModelNotFound, match="no model 'best'; it has 'model', 'other'"):
        load_model("runs:/last/best")


def test_a_run_without_models_says_so():
    with autolog.run("empty"):
        pass

    with pytest.raises(ModelNotFound, match="no model at all"):
        load_model("runs:/last/model")


@pytest.mark.parametrize(
    "address",
    [
        "runs:/",
        "runs:/last",
        "runs:/last/",
        "runs://model",
        "models:/",
        "models:/churn/",
        "models:/churn/Staging",
        "models:/churn/-1",
        "models:/churn/1/2",
        f"models:/churn/{'9' * 5000}",
    ],
)
def test_what_is_no_address_is_told(registered, address):
    with pytest.raises(ModelNotFound, match="runs:/RUN/model' or 'models:/NAME/VERSION'"):
        load_model(address)


def test_an_unknown_run_is_told(recorded):
    with pytest.raises(RunNotFound):
        load_model("runs:/nothing/model")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ModelNotFound, match="no file MLmodel"):
        load_model(tmp_path / "gone")


def test_every_failure_is_of_one_kind(tmp_path):
    with pytest.raises(ModelError):
        load_model(tmp_path)


def forget_hashes(directory):
    """Leaves the store as it is while a model is being written."""
    with sqlite3.connect(directory.parents[2] / "runs.db") as store:
        store.execute("UPDATE model SET files = '{}'")
    store.close()
