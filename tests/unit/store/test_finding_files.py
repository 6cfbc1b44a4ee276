"""The run of a file that was left where it was."""

from __future__ import annotations

import pytest

import autolog
from autolog.store import Store


@pytest.fixture
def files(tmp_path):
    """Three checkpoints in a folder."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    paths = [folder / f"{number}.ckpt" for number in range(3)]
    for path in paths:
        path.write_bytes(b"1234")
    return paths


@pytest.fixture
def noted(files):
    """The ids of two runs: the first has noted the first file, the second the second."""
    ids = []
    for file in files[:2]:
        with autolog.run("fit") as run:
            run.log_reference(file, "checkpoints/best.ckpt")
        ids.append(run.run_id)
    autolog.flush()
    return ids


def test_a_noted_file_is_an_artifact_that_stays_where_it_is(files, noted, tmp_path):
    (artifact,) = autolog.get_run(noted[0]).artifacts

    assert (artifact.path, artifact.size_bytes) == ("checkpoints/best.ckpt", 4)
    assert artifact.file == files[0]
    assert not list((tmp_path / ".autolog" / "artifacts").glob("*"))


def test_a_file_leads_to_the_run_that_has_noted_it(files, noted, tmp_path):
    store = Store(tmp_path / ".autolog" / "runs.db")

    assert [store.run_of_file(str(file)) for file in files[:2]] == noted


def test_a_file_beside_others_leads_to_the_newest_of_their_runs(files, noted, tmp_path):
    store = Store(tmp_path / ".autolog" / "runs.db")

    assert store.run_of_file(str(files[2])) == noted[1]
    assert store.run_of_file(str(tmp_path / "checkpoints.ckpt")) is None
    assert store.run_of_file(str(tmp_path / "checkpoints2" / "0.ckpt")) is None


def test_a_file_in_the_folder_of_a_run_leads_to_that_run(noted, tmp_path):
    artifacts = tmp_path / ".autolog" / "artifacts"
    store = Store(tmp_path / ".autolog" / "runs.db")

    assert store.run_of_file(str(artifacts / noted[0] / "checkpoints" / "last.ckpt")) == noted[0]
    assert store.run_of_file(str(artifacts / ("0" * 32) / "checkpoints" / "last.ckpt")) is None


def test_without_a_store_there_is_no_run(tmp_path):
    assert Store(tmp_path / "none.db").run_of_file("/a/b") is None


def test_a_file_that_is_not_there_cannot_be_noted(tmp_path):
    with autolog.run("fit") as run, pytest.raises(FileNotFoundError):
        run.log_reference(tmp_path / "none.ckpt", "checkpoints/best.ckpt")
