"""The files of the sink `jsonl:`, read as others read them."""

from __future__ import annotations

import errno
import json
import math
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.errors import ConfigurationError, DiskFull
from autolog.events import (
    ArtifactStored,
    Dropped,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
)
from autolog.sinks.base import Batch
from autolog.sinks.registry import check_uri, open_sink

RUN = "a" * 32
ROOT = Path(__file__).parents[4]
EXAMPLE = re.search(
    r"```python\n(.*?)```", (ROOT / "docs" / "jsonl.md").read_text(), flags=re.DOTALL
).group(1)


def batch(*events, first=0, journal="host-1"):
    positions = tuple(range(first, first + len(events)))
    return Batch(journal, events, positions, first + len(events))


def started(run_id=RUN):
    return RunStarted(run_id, 0, 1_700_000_000_123_456_789, "trial", "churn")


def loss(step, value, run_id=RUN):
    return MetricsLogged(run_id, step + 1, 1_700_000_001_000_000_000 + step, step, {"loss": value})


def lines(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


@pytest.fixture
def sink(tmp_path):
    return open_sink("jsonl:runs", tmp_path / ".autolog")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "runs" / RUN / "run.jsonl"


def test_a_line_says_what_happened_and_when(sink, file):
    sink.write(batch(started(), loss(3, 0.25)))

    assert lines(file) == [
        {
            "event": "started",
            "time": "2023-11-14T22:13:20.123456789Z",
            "run_id": RUN,
            "name": "trial",
            "experiment": "churn",
            "format": 1,
            "journal": "host-1",
            "position": 0,
        },
        {
            "event": "metrics",
            "time": "2023-11-14T22:13:21.000000003Z",
            "run_id": RUN,
            "step": 3,
            "metrics": {"loss": 0.25},
            "position": 1,
        },
    ]


def test_numbers_that_json_has_not_are_named(sink, file):
    sink.write(batch(started(), loss(0, math.nan), loss(1, math.inf), loss(2, -math.inf)))

    values = [line["metrics"]["loss"] for line in lines(file)[1:]]

    assert values == ["NaN", "Infinity", "-Infinity"]


def test_an_error_is_told_in_names(sink, file):
    error = RunError("ValueError", "no", "Traceback ...")

    sink.write(batch(started(), RunEnded(RUN, 1, 2, Status.FAILED, error)))

    assert lines(file)[1]["status"] == "FAILED"
    assert lines(file)[1]["error"] == {
        "type": "ValueError",
        "message": "no",
        "traceback": "Traceback ...",
    }


def test_an_unfinished_line_is_left_and_what_it_said_comes_again(sink, file, tmp_path):
    sink.write(batch(started(), loss(0, 1.0)))
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"event":"metr')  # as the process died
    again = open_sink("jsonl:runs", tmp_path / ".autolog")

    again.write(batch(started(), loss(0, 1.0), loss(1, 0.5)))

    assert file.read_bytes().startswith(whole + b'{"event":"metr\n')
    assert [line["step"] for line in map(json.loads, file.read_bytes().splitlines()[3:])] == [1]


def test_a_first_line_that_was_not_finished_makes_no_other_file(sink, file, tmp_path):
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"event":"star')

    sink.write(batch(started()))
    open_sink("jsonl:runs", tmp_path / ".autolog").write(batch(loss(0, 1.0), first=1))

    assert [path.name for path in file.parent.iterdir()] == ["run.jsonl"]
    assert len(file.read_bytes().splitlines()) == 3


def test_a_line_that_is_longer_than_what_is_looked_at_first_is_found(sink, file, tmp_path):
    long = ParamsLogged(RUN, 1, 2, {"text": "x" * 500_000})
    sink.write(batch(started(), long))

    open_sink("jsonl:runs", tmp_path / ".autolog").write(batch(started(), long, loss(0, 1.0)))

    assert [line["event"] for line in lines(file)] == ["started", "params", "metrics"]


def test_another_process_writes_a_file_of_its_own(sink, file):
    sink.write(batch(started()))

    sink.write(batch(loss(0, 1.0), journal="other-2"))

    assert [line["event"] for line in lines(file)] == ["started"]
    assert [line["step"] for line in lines(file.with_name("other-2.jsonl"))] == [0]


def test_losses_of_a_whole_process_have_a_file_too(sink, tmp_path):
    sink.write(batch(Dropped("", 0, 1, 5, "no room")))

    (line,) = lines(tmp_path / "runs" / "processes" / "host-1.jsonl")
    assert (line["count"], line["reason"]) == (5, "no room")


def test_an_artifact_that_is_gone_is_told_of(sink, file):
    sink.write(batch(started(), ArtifactStored(RUN, 1, 2, "model/model.pkl", 10)))

    assert lines(file)[1]["copied"] is False


def test_an_artifact_that_was_left_where_it_is_is_not_copied(sink, file, tmp_path):
    where = tmp_path / "epoch.ckpt"
    where.write_bytes(b"weights")

    sink.write(batch(started(), ArtifactStored(RUN, 1, 2, "epoch.ckpt", 7, None, str(where))))

    assert lines(file)[1]["location"] == str(where)
    assert not (file.parent / "artifacts").exists()


def test_a_file_that_was_written_for_the_run_is_copied_under_its_path(sink, file, tmp_path):
    own = tmp_path / ".autolog" / "artifacts" / RUN / "checkpoints" / "epoch.ckpt"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"weights")

    sink.write(batch(started(), ArtifactStored(RUN, 1, 2, "best.ckpt", 7, None, str(own))))

    assert (file.parent / "artifacts" / "best.ckpt").read_bytes() == b"weights"


def test_a_full_disk_is_said_so_and_costs_nothing(sink, file, monkeypatch):
    sink.write(batch(started()))
    write = os.write

    def half(descriptor, content):
        write(descriptor, bytes(content[: len(content) // 2]))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", half)
        with pytest.raises(DiskFull):
            sink.write(batch(started(), loss(0, 1.0)))
    sink.write(batch(started(), loss(0, 1.0)))

    found = []
    for line in file.read_bytes().splitlines():
        try:
            found.append(json.loads(line)["event"])
        except ValueError:
            continue
    assert found == ["started", "metrics"]


@pytest.mark.parametrize("uri", ["jsonl", "jsonl:", "jsonl://host/runs"])
def test_a_uri_without_a_folder_is_refused(uri):
    with pytest.raises(ConfigurationError, match="names no folder"):
        check_uri(uri)


def test_a_training_is_read_back_by_what_the_documentation_shows(tmp_path):
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", log_environment=False, silent=True)
    with autolog.run("loop") as current:
        for step in range(3):
            current.log_metric("loss", 1.0 / (step + 1), step=step)
    found = {"run": tmp_path / "runs" / current.run_id}
    autolog.shutdown()

    exec(compile(EXAMPLE, "docs/jsonl.md", "exec"), found)

    assert found["loss"] == [1.0, 0.5, 1 / 3]


def test_a_model_and_its_files_are_copied(tmp_path):
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", log_environment=False, silent=True)
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    autolog.shutdown()

    (folder,) = (tmp_path / "runs").iterdir()
    frame = pd.read_json(folder / "run.jsonl", lines=True)
    loaded = autolog.load_model(folder / "artifacts" / "model", trust=True)

    assert set(frame.event) >= {"started", "params", "metrics", "dataset", "model", "ended"}
    assert frame[frame.event == "model"].iloc[-1].signature["inputs"]
    assert loaded.coef_.tolist() == model.coef_.tolist()
