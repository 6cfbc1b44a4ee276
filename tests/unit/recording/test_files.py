"""A run's files appear whole or not at all."""

from __future__ import annotations

import errno
import threading
from pathlib import Path, PurePosixPath

import pytest

from autolog.events import ArtifactStored
from autolog.recording.files import RunFiles, link_or_copy


@pytest.fixture
def told():
    return []


@pytest.fixture
def files(tmp_path, told):
    return RunFiles(tmp_path / "run", lambda *event: told.append(event), threading.Lock())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_kept_and_told_of(files, told):
    files.keep(PurePosixPath("plots/roc.txt"), lambda path: path.write_text("four"))

    assert (files.folder / "plots/roc.txt").read_text() == "four"
    assert told == [(ArtifactStored, "plots/roc.txt", 4)]


def test_a_file_that_cannot_be_written_leaves_nothing(files, told):
    def write(path):
        path.write_text("half")
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        files.keep(PurePosixPath("notes.txt"), write)

    assert names(files.folder) == []
    assert told == []


def write_on_a_full_disk(_path):
    with Path("/dev/full").open("wb", buffering=0) as disk:
        disk.write(b"no room")


def test_the_error_of_a_full_disk_names_the_file_that_was_written(files):
    with pytest.raises(OSError, match="No space left") as raised:
        files.keep(PurePosixPath("plots/roc.txt"), write_on_a_full_disk)

    assert raised.value.filename == str(files.folder / "plots/roc.txt")


def test_the_error_of_a_full_disk_names_the_folder_that_was_written(files):
    with pytest.raises(OSError, match="No space left") as raised:
        files.keep_folder("model", write_on_a_full_disk)

    assert raised.value.filename == str(files.folder / "model")


def test_an_error_that_names_its_file_keeps_it(files):
    def write(path):
        raise OSError(errno.ENOSPC, "No space left", "elsewhere")

    with pytest.raises(OSError, match="No space left") as raised:
        files.keep(PurePosixPath("roc.txt"), write)

    assert raised.value.filename == "elsewhere"


def test_a_page_is_kept_as_it_is_rendered(files):
    files.keep_text(PurePosixPath("page.html"), lambda: "<p>né</p>")

    assert (files.folder / "page.html").read_bytes() == "<p>né</p>".encode()


def test_a_folder_is_kept_without_a_word(files, told):
    folder = files.keep_folder("models/first", lambda folder: (folder / "a").write_text("1"))

    assert folder == files.folder / "models/first"
    assert names(folder) == ["a"]
    assert told == []


def test_a_folder_replaces_the_earlier_one_of_its_name(files):
    files.keep_folder("model", lambda folder: (folder / "old").write_text("1"))
    files.keep_folder("model", lambda folder: (folder / "new").write_text("2"))

    assert names(files.folder) == ["model"]
    assert names(files.folder / "model") == ["new"]


def test_a_folder_that_cannot_be_written_leaves_the_earlier_one(files):
    files.keep_folder("model", lambda folder: (folder / "old").write_text("1"))

    with pytest.raises(ZeroDivisionError):
        files.keep_folder("model", lambda folder: 1 / 0)

    assert names(files.folder) == ["model"]
    assert names(files.folder / "model") == ["old"]


def test_a_file_that_is_promised_is_told_of_with_its_source(files, told):
    files.promise("summary.txt", "model/model.pkl")

    assert told == [(ArtifactStored, "summary.txt", 0, "model/model.pkl")]
    assert not files.folder.exists()


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_gets_a_further_name_or_is_copied(has_links, tmp_path, monkeypatch):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"1234")

    def refuse(*_):
        raise PermissionError("this file system has no links")

    if not has_links:
        monkeypatch.setattr(type(target), "hardlink_to", refuse)
    link_or_copy(source, target)

    assert target.read_bytes() == b"1234"
    assert target.samefile(source) == has_links


def test_only_a_file_of_the_run_is_uploaded_and_only_where_there_is_a_store(files, tmp_path):
    own = files.folder / "checkpoints" / "last.ckpt"
    stored = RunFiles(files.folder, files.emit, files.replacing, "s3://bucket")

    assert [stored.uploads(own), stored.uploads(tmp_path / "other")] == [True, False]
    assert not files.uploads(own)
