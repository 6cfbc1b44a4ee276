"""Files of runs are uploaded beside the training, and read back from there."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import fsspec
import pytest
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.delivery.recovery import recover
from autolog.errors import ArtifactUnavailable, ConfigurationError
from autolog.sinks.registry import check_uri, open_sink
from autolog.store import Store
from autolog.testing import Answer, FaultyProxy

CONTENT = b"what was noted\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def directory():
    return Path(os.environ["AUTOLOG_DIR"])


@pytest.fixture
def notes(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_bytes(CONTENT)
    return file


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is recorded is about files, and an upload that fails is tried again soon."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    monkeypatch.setattr("autolog.delivery.retry.LONGEST_SECONDS", 0.5)


def record(store, *files):
    """Records a run with files, with an artifact store."""
    autolog.autolog(artifacts=store, silent=True)
    with autolog.run("with files") as run:
        for file in files:
            run.log_artifact(file)
    return run.run_id


def contents(system, path):
    """What lies under each address below a path."""
    return {found.removeprefix(f"{path}/"): system.cat_file(found) for found in system.find(path)}


def test_a_file_is_uploaded_under_its_hash(system, bucket, notes):
    run_id = record(f"s3://{bucket}/some/where", notes)
    autolog.shutdown()

    (artifact,) = autolog.get_run(run_id).artifacts
    assert artifact.location == f"s3://{bucket}/some/where/{DIGEST[:2]}/{DIGEST}"
    assert contents(system, bucket) == {f"some/where/{DIGEST[:2]}/{DIGEST}": CONTENT}


def test_the_same_content_is_uploaded_once(system, bucket, notes, tmp_path):
    again = tmp_path / "again.txt"
    shutil.copy(notes, again)

    record(f"s3://{bucket}", notes)
    autolog.shutdown()
    first = system.info(f"{bucket}/{DIGEST[:2]}/{DIGEST}")["LastModified"]
    record(f"s3://{bucket}", again, notes)
    autolog.shutdown()

    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}
    assert system.info(f"{bucket}/{DIGEST[:2]}/{DIGEST}")["LastModified"] == first


def test_a_password_is_in_no_record_and_in_no_message(notes, directory, monkeypatch, capsys):
    monkeypatch.setenv("AUTOLOG_ARTIFACTS", "ftp://someone:hunter2@127.0.0.1:9/files")
    with autolog.run("secret") as run:
        run.log_artifact(notes)
    autolog.flush(timeout=3)
    autolog.autolog(exit_timeout=0.1)
    autolog.shutdown()
    said = capsys.readouterr()

    (artifact,) = Store(directory / "runs.db").run(run.run_id).artifacts
    artifact.file.unlink()

    with pytest.raises(ArtifactUnavailable) as caught:
        _ = artifact.file
    assert artifact.location == f"ftp://127.0.0.1:9/files/{DIGEST[:2]}/{DIGEST}"
    for text in (repr(artifact), str(caught.value), said.out, said.err):
        assert "hunter2" not in text
    assert b"hunter2" not in (directory / "runs.db").read_bytes()


def test_what_is_not_on_this_machine_is_fetched(system, bucket, notes, directory):
    run_id = record(f"s3://{bucket}", notes)
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    (artifact,) = autolog.get_run(run_id).artifacts

    assert artifact.file.read_bytes() == CONTENT


def test_a_model_is_loaded_from_the_store(system, bucket, directory):
    autolog.autolog(artifacts=f"s3://{bucket}", silent=True)
    fitted = LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    loaded = autolog.load_model("runs:/last/model")

    assert loaded.predict([[2.0]]).tolist() == [1]
    assert loaded.coef_.tolist() == fitted.coef_.tolist()


def test_a_plot_is_drawn_from_data_that_are_fetched(system, bucket, directory):
    autolog.autolog(artifacts=f"s3://{bucket}", silent=True)
    LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    plots = [file for file in autolog.get_run("last").artifacts if file.drawn_from]

    assert plots
    assert plots[0].file.read_bytes().startswith(b"\x89PNG")


def test_a_checkpoint_that_was_written_into_the_run_is_uploaded(system, bucket, directory):
    autolog.autolog(artifacts=f"s3://{bucket}", silent=True)
    with autolog.run("fit") as run:
        checkpoint = run.files.folder / "checkpoints" / "step=1.ckpt"
        checkpoint.parent.mkdir(parents=True)
        checkpoint.write_bytes(CONTENT)
        run.log_reference(checkpoint, "checkpoints/best.ckpt")
        checkpoint.unlink()  # as a better one takes its place
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    (artifact,) = autolog.get_run(run.run_id).artifacts

    assert artifact.path == "checkpoints/best.ckpt"
    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}
    assert artifact.file.read_bytes() == CONTENT


def test_a_checkpoint_that_was_left_elsewhere_stays_there(system, bucket, notes):
    autolog.autolog(artifacts=f"s3://{bucket}", silent=True)
    with autolog.run("fit") as run:
        run.log_reference(notes, "checkpoints/best.ckpt")
    autolog.shutdown()

    (artifact,) = autolog.get_run(run.run_id).artifacts

    assert artifact.file == notes
    assert contents(system, bucket) == {}


def test_content_that_was_changed_in_the_store_is_refused(system, bucket, notes, directory):
    run_id = record(f"s3://{bucket}", notes)
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")
    system.pipe_file(f"{bucket}/{DIGEST[:2]}/{DIGEST}", b"x" * len(CONTENT))

    (artifact,) = autolog.get_run(run_id).artifacts

    with pytest.raises(ArtifactUnavailable, match="not what was uploaded"):
        _ = artifact.file


def test_other_sinks_keep_their_copies(system, bucket, notes, tmp_path):
    autolog.autolog(sink=["sqlite:", f"jsonl:{tmp_path}/files"], artifacts=f"s3://{bucket}")
    with autolog.run("with a file") as run:
        run.log_artifact(notes)
    autolog.shutdown()

    copy = tmp_path / "files" / run.run_id / "artifacts" / "notes.txt"
    assert copy.read_bytes() == CONTENT
    assert DIGEST in (copy.parents[1] / "run.jsonl").read_text()


def test_a_store_that_is_down_gets_everything_from_a_later_process(
    server, system, bucket, connect, notes, directory
):
    with FaultyProxy(server) as proxy:
        connect(proxy.address.removeprefix("http://"))
        with proxy.down():
            run_id = record(f"s3://{bucket}", notes)
            autolog.autolog(exit_timeout=0.5)
            autolog.shutdown()
        left = contents(system, bucket)

    connect(server)
    report = recover(directory, open_sink=open_sink)

    assert left == {}
    assert report.kept == ()
    assert autolog.get_run(run_id).status == "FINISHED"
    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}


def test_a_store_that_comes_back_gets_everything_from_the_same_process(
    server, system, bucket, connect, notes
):
    with FaultyProxy(server) as proxy:
        connect(proxy.address.removeprefix("http://"))
        with proxy.answering(Answer(503)):
            record(f"s3://{bucket}", notes)
            assert not autolog.flush(timeout=3)

        assert autolog.flush(timeout=60)

    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}


@pytest.mark.parametrize("number", range(3))
def test_an_upload_whose_answer_is_lost_is_there_once(
    server, system, bucket, connect, notes, number
):
    with FaultyProxy(server) as proxy:
        connect(proxy.address.removeprefix("http://"))
        with proxy.losing_the_answer_to(number):
            record(f"s3://{bucket}", notes)
            assert autolog.flush(timeout=60)
        autolog.shutdown()

    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}


def test_a_store_that_hangs_delays_neither_the_run_nor_the_end(
    server, system, bucket, connect, notes, directory
):
    with FaultyProxy(server) as proxy:
        connect(proxy.address.removeprefix("http://"))
        with proxy.hanging():
            began = time.monotonic()
            record(f"s3://{bucket}", notes)
            autolog.autolog(exit_timeout=1)
            autolog.shutdown()
            took = time.monotonic() - began

    connect(server)
    assert took < 60  # and it would hang for 120 seconds
    assert recover(directory, open_sink=open_sink).kept == ()
    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}


def test_wrong_keys_are_said_without_them(system, bucket, notes, monkeypatch, capsys):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    record(f"s3://{bucket}", notes)

    autolog.flush(timeout=4)
    autolog.autolog(exit_timeout=0.5)
    autolog.shutdown()

    said = capsys.readouterr().err
    assert f"artifacts+s3://{bucket}" in said
    assert "hunter2" not in said


DIES = """
import os, signal, sys
import autolog

autolog.autolog(artifacts=sys.argv[1], silent=True)
with autolog.run("killed") as run:
    run.log_artifact(sys.argv[2])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_had_not_uploaded_is_uploaded_by_the_next(
    system, bucket, notes, directory
):
    process = subprocess.run(
        [sys.executable, "-c", DIES, f"s3://{bucket}", str(notes)],
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    report = recover(directory, open_sink=open_sink)

    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    assert report.kept == ()
    (artifact,) = Store(directory / "runs.db").run("last").artifacts
    assert artifact.location == f"s3://{bucket}/{DIGEST[:2]}/{DIGEST}"
    assert contents(system, bucket) == {f"{DIGEST[:2]}/{DIGEST}": CONTENT}


def test_a_large_file_arrives_whole(system, bucket, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(1024) * 60 * 1024)
    digest = hashlib.sha256(large.read_bytes()).hexdigest()

    record(f"s3://{bucket}", large)
    assert autolog.flush(timeout=120)
    autolog.shutdown()

    assert system.info(f"{bucket}/{digest[:2]}/{digest}")["size"] == large.stat().st_size
    assert hashlib.sha256(system.cat_file(f"{bucket}/{digest[:2]}/{digest}")).hexdigest() == digest


def test_a_file_that_was_replaced_before_it_was_uploaded_is_left_to_its_own_event(
    server, system, bucket, connect, notes
):
    with FaultyProxy(server) as proxy:
        connect(proxy.address.removeprefix("http://"))
        with proxy.down():
            autolog.autolog(artifacts=f"s3://{bucket}", silent=True)
            with autolog.run("replacing") as run:
                run.log_artifact(notes)
                notes.write_bytes(b"later")
                run.log_artifact(notes)
        assert autolog.flush(timeout=60)

    later = hashlib.sha256(b"later").hexdigest()
    assert contents(system, bucket) == {f"{later[:2]}/{later}": b"later"}


def test_a_store_in_memory_is_in_this_process(notes, directory):
    run_id = record("memory://for-a-test/x", notes)
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    (artifact,) = autolog.get_run(run_id).artifacts

    assert artifact.location == f"memory://for-a-test/x/{DIGEST[:2]}/{DIGEST}"
    assert artifact.file.read_bytes() == CONTENT
    fsspec.filesystem("memory").rm("/for-a-test", recursive=True)


def test_a_store_may_be_a_folder(notes, tmp_path, directory):
    run_id = record(f"file://{tmp_path}/shared/", notes)
    autolog.shutdown()
    shutil.rmtree(directory / "artifacts")

    (artifact,) = autolog.get_run(run_id).artifacts

    assert artifact.file.read_bytes() == CONTENT
    assert [file.name for file in (tmp_path / "shared").rglob("*") if file.is_file()] == [DIGEST]


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("bucket/prefix", "'s3://bucket/prefix'"),
        ("gs://bucket", "pip install gcsfs"),
        ("s3://key:hunter2@bucket/prefix", "AWS_ACCESS_KEY_ID"),
        ("s3://key:hun/ter2@bucket", "AWS_ACCESS_KEY_ID"),
    ],
)
def test_a_store_that_cannot_be_used_is_refused_at_once(store, said):
    with pytest.raises(ConfigurationError, match=said) as caught:
        autolog.autolog(artifacts=store)

    assert not any(secret in str(caught.value) for secret in ("hunter2", "ter2@"))


def test_the_name_of_a_folder_may_have_any_character():
    check_uri("artifacts+s3://bucket/team@host/runs")


def test_without_a_store_nothing_is_hashed_or_imported():
    script = """
import sys, autolog
autolog.autolog(silent=True)
with autolog.run("plain") as run:
    run.log_artifact(sys.argv[1])
autolog.shutdown()
unwanted = {"fsspec", "autolog.content_addresses", "autolog.sinks.artifacts"}
print(sorted(unwanted & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, __file__],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    assert done.stdout == "[]\n"
