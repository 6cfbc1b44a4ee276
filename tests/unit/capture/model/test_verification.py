"""A directory that is not what it should be is refused, before anything of it runs."""

from __future__ import annotations

import os
import shutil

import pytest
import yaml

from autolog.capture.model.verification import path_of, read_mlmodel, verify_hashes
from autolog.errors import ModelDamaged, ModelNotFound


def rewrite(directory, change):
    file = directory / "MLmodel"
    described = yaml.safe_load(file.read_text())
    change(described)
    file.write_text(yaml.safe_dump(described))


def test_a_whole_model_passes(directory, hashes):
    verify_hashes(directory, hashes)

    assert read_mlmodel(directory)["flavors"]["sklearn"]["pickled_model"] == "model.pkl"


def test_a_folder_without_a_model_is_not_found(directory):
    with pytest.raises(ModelNotFound, match="no file MLmodel"):
        read_mlmodel(directory)


@pytest.mark.parametrize(
    "text", ["../model.pkl", "/etc/passwd", "a/../../b", "..\\model.pkl", "a\0b"]
)
@pytest.mark.parametrize("flavor", ["sklearn", "python_function"])
def test_a_path_that_leads_out_is_refused(directory, hashes, text, flavor):
    (directory.parent / "model.pkl").write_bytes(b"")
    rewrite(directory, lambda described: described["flavors"][flavor].update(anything=[text]))

    with pytest.raises(ModelDamaged, match="leads out of the model's folder"):
        read_mlmodel(directory)


def test_the_paths_of_an_input_example_are_checked_too(directory, hashes):
    rewrite(
        directory,
        lambda described: described.update(saved_input_example_info={"artifact_path": "../x"}),
    )

    with pytest.raises(ModelDamaged, match="leads out"):
        read_mlmodel(directory)


def test_where_the_model_was_written_does_not_matter(directory, hashes):
    rewrite(directory, lambda described: described.update(artifact_path="/elsewhere/model"))

    assert read_mlmodel(directory)["artifact_path"] == "/elsewhere/model"


def test_a_link_that_leads_out_is_refused(directory, hashes):
    outside = directory.parent / "outside.pkl"
    (directory / "model.pkl").rename(outside)
    (directory / "model.pkl").symlink_to(outside)

    with pytest.raises(ModelDamaged, match="a link that leads out"):
        read_mlmodel(directory)


def test_a_linked_folder_that_leads_out_is_refused(directory, hashes):
    shutil.copytree(directory, directory.parent / "other")
    (directory / "inner").symlink_to(directory.parent / "other")
    rewrite(
        directory,
        lambda described: described["flavors"]["sklearn"].update(pickled_model="inner/model.pkl"),
    )

    with pytest.raises(ModelDamaged, match="a link that leads out"):
        read_mlmodel(directory)


def test_mlmodel_itself_may_not_be_a_link_that_leads_out(directory, hashes):
    (directory / "MLmodel").rename(directory.parent / "MLmodel")
    (directory / "MLmodel").symlink_to(directory.parent / "MLmodel")

    with pytest.raises(ModelDamaged, match="a link that leads out"):
        read_mlmodel(directory)


@pytest.mark.parametrize("key", ["pickled_model", "code"])
def test_a_file_that_is_named_has_to_be_there(directory, hashes, key):
    rewrite(directory, lambda described: described["flavors"]["sklearn"].update({key: "gone"}))

    with pytest.raises(ModelDamaged, match="'gone', which is not there"):
        read_mlmodel(directory)


def test_a_pipe_is_no_file(directory, hashes):
    (directory / "model.pkl").unlink()
    os.mkfifo(directory / "model.pkl")

    with pytest.raises(ModelDamaged, match="which is not there"):
        read_mlmodel(directory)


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "flavors:", "flavors: [a]", "flavors: {sklearn: 1}"]
)
def test_mlmodel_has_to_name_flavors(directory, text):
    (directory / "MLmodel").write_text(text)

    with pytest.raises(ModelDamaged, match="by which flavors"):
        read_mlmodel(directory)


@pytest.mark.parametrize("config", [{}, {"pickled_model": None}, {"pickled_model": ["model.pkl"]}])
def test_a_flavor_without_its_file_is_told(directory, config):
    with pytest.raises(ModelDamaged, match="'pickled_model'"):
        path_of(directory, config, "pickled_model")


@pytest.mark.parametrize("name", ["MLmodel", "model.pkl", "requirements.txt"])
def test_a_file_that_was_changed_is_told(directory, hashes, name):
    with (directory / name).open("ab") as file:
        file.write(b" ")

    with pytest.raises(ModelDamaged, match=f"{name} is not what was stored"):
        verify_hashes(directory, hashes)


def test_a_file_that_is_missing_is_told(directory, hashes):
    (directory / "model.pkl").unlink()

    with pytest.raises(ModelDamaged, match=r"model\.pkl is missing"):
        verify_hashes(directory, hashes)


def test_a_file_that_was_added_is_told(directory, hashes):
    (directory / "inner").mkdir()
    (directory / "inner" / "more.pkl").write_bytes(b"")

    with pytest.raises(ModelDamaged, match=r"more\.pkl was not stored"):
        verify_hashes(directory, hashes)


def test_what_a_system_leaves_in_folders_is_let_be(directory, hashes):
    (directory / ".DS_Store").write_bytes(b"")

    verify_hashes(directory, hashes)


def test_recorded_names_may_not_lead_out_either(directory, hashes):
    with pytest.raises(ModelDamaged, match="leads out"):
        verify_hashes(directory, {**hashes, "../model.pkl": "0" * 64})
