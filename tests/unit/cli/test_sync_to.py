"""`autolog sync --to`: recorded runs go to another sink, once."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import pytest

import autolog
from autolog.events import ArtifactStored, MetricsLogged, TagsSet
from autolog.sinks.base import Batch
from autolog.sinks.memory import MemorySink
from autolog.sinks.registry import open_sink
from autolog.store import Store


@pytest.fixture
def other(tmp_path):
    """The database of another autolog directory."""
    return tmp_path / "elsewhere" / "runs.db"


@pytest.fixture
def facts_of():
    """What a store holds, comparable with another one."""

    def look(store):
        return {
            run.run_id: (
                run.parent_run_id,
                run.experiment,
                run.name,
                run.status,
                run.start_time,
                run.end_time,
                dict(run.params),
                dict(run.tags),
                {
                    key: [(point.step, repr(point.value), point.timestamp) for point in history]
                    for key in run.metrics
                    if (history := run.metric_history(key))
                },
                [(file.path, file.size_bytes, file.file.read_bytes()) for file in run.artifacts],
                run.error,
                run.datasets,
                [(model.model_id, model.files) for model in run.models],
                dict(run.packages),
                dict(run.dropped),
            )
            for run in store.runs()
        }

    return look


def test_a_copy_is_what_was_recorded(call, recorded, directory, other, facts_of):
    result = call("sync", "--to", f"sqlite:///{other}")

    assert result.exit_code == 0, result.output
    assert result.stdout == f"Copied 4 runs to sqlite:///{other}.\n"
    assert facts_of(Store(other)) == facts_of(Store(directory / "runs.db"))


def test_twice_is_once(call, recorded, other, facts_of):
    call("sync", "--to", f"sqlite:///{other}")
    once = facts_of(Store(other))

    result = call("sync", "--to", f"sqlite:///{other}")

    assert result.stdout.endswith("Copied before, and unchanged: 4 runs.\n")
    assert facts_of(Store(other)) == once


@pytest.mark.parametrize("lost", [False, True])
def test_offering_everything_again_changes_nothing(
    call, recorded, directory, other, facts_of, lost
):
    call("sync", "--to", f"sqlite:///{other}")
    once = facts_of(Store(other))
    if lost:
        for ledger in (directory / "copies").iterdir():
            ledger.unlink()

    result = call("sync", "--to", f"sqlite:///{other}", *([] if lost else ["--again"]))

    assert "Copied 4 runs" in result.stdout
    assert facts_of(Store(other)) == once


def test_what_a_run_gets_later_is_added(call, recorded, directory, other, facts_of):
    call("sync", "--to", f"sqlite:///{other}")
    now = time.time_ns()
    later = (
        MetricsLogged(recorded["large"], 90, now, 3, {"accuracy": 0.9}),
        TagsSet(recorded["large"], 91, now, {"checked": "yes"}),
    )
    with closing(open_sink("sqlite:", directory)) as sink:
        sink.write(Batch("of another process", later, (0, 1), 2))

    result = call("sync", "--json", "--to", f"sqlite:///{other}")

    assert json.loads(result.stdout)["copied"] == [recorded["large"]]
    assert facts_of(Store(other)) == facts_of(Store(directory / "runs.db"))
    assert len(Store(other).metric_history(recorded["large"], "accuracy")) == 4


def test_a_chosen_run_takes_the_runs_under_it_along(call, recorded, other):
    call("sync", "--to", f"sqlite:///{other}", recorded["large"][:12])

    assert {run.run_id for run in Store(other).runs()} == {recorded["large"], recorded["inner"]}


def test_runs_that_the_sink_was_given_as_they_were_recorded_are_left_out(
    call, monkeypatch, tmp_path
):
    monkeypatch.setenv("AUTOLOG_SINK", "sqlite:,jsonl:files")
    with autolog.run("twofold") as run:
        run.log_metric("loss", 0.5)
    autolog.shutdown()
    (file,) = tmp_path.glob("**/run.jsonl")
    before = file.read_bytes()

    result = call("sync", "--json", "--to", "jsonl:files")

    assert json.loads(result.stdout)["there_already"] == 1
    assert file.read_bytes() == before
    assert list(file.parent.glob("copy-*")) == []


def test_a_sink_that_was_emptied_is_filled_again(call, recorded, other):
    call("sync", "--to", f"sqlite:///{other}")
    other.unlink()

    call("sync", "--to", f"sqlite:///{other}")

    assert len(Store(other).runs()) == 4


def test_parents_come_before_their_children(call, recorded):
    MemorySink.forget()

    call("sync", "--to", "memory:copied")

    begun = [event.run_id for event in MemorySink.named("memory:copied").events]
    assert begun.index(recorded["large"]) < begun.index(recorded["inner"])


def test_a_copy_as_json_lines_has_one_file_for_each_run(call, recorded, directory):
    call("sync", "--to", "jsonl:files")
    once = {file: file.read_bytes() for file in directory.parent.glob("files/**/*.*")}

    call("sync", "--to", "jsonl:files", "--again")

    (file,) = (path for path in once if path.parent.name == recorded["small"])
    kinds = [json.loads(line)["event"] for line in file.read_text().splitlines()]
    assert kinds == ["started", "params", "tags", "metrics", "ended"]
    assert any(path.name == "notes.txt" for path in once)
    assert {file: file.read_bytes() for file in directory.parent.glob("files/**/*.*")} == once


def test_a_sink_that_is_down_is_said_and_the_rest_copied_later(
    call, recorded, directory, monkeypatch
):
    monkeypatch.setattr("autolog.delivery.retry.FIRST_SECONDS", 0.0)
    monkeypatch.setattr("autolog.delivery.retry.LONGEST_SECONDS", 0.0)
    file = directory / "events.jsonl"
    file.mkdir()

    failed = call("sync", "--to", "toy:events.jsonl")
    file.rmdir()
    done = call("sync", "--to", "toy:events.jsonl")

    assert failed.exit_code == 1
    assert "events.jsonl cannot be written" in failed.stderr
    assert "Copied 0 runs" in failed.stdout
    assert "Copied 4 runs" in done.stdout


def test_files_that_cannot_be_had_hold_up_no_run(call, recorded, directory):
    gone = ArtifactStored(recorded["large"], 95, 1, "model.bin", 9, None, "mlflow-artifacts:/1/m")
    with closing(open_sink("sqlite:", directory)) as sink:
        sink.write(Batch("of another process", (gone,), (0,), 1))

    result = call("sync", "--to", "jsonl:files", "--json")

    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["copied"]) == 4
    assert json.loads(result.stdout)["missing_files"] == 1


def test_a_password_is_shown_to_nobody(call, recorded, directory):
    result = call("sync", "--to", "memory://user:hunter2@host/copied")

    assert "Copied 4 runs to memory://host/copied." in result.output
    assert "hunter2" not in result.output
    for ledger in Path(directory).glob("copies/*"):
        assert "hunter2" not in ledger.name + ledger.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["abc"], "name it by --to"),
        (["--to", "nowhere:"], "No installed sink has the scheme 'nowhere'"),
        (["--to", "memory:", "--all-hosts"], "--all-hosts"),
        (["--to", "memory:", "abc"], "There is no run 'abc'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, recorded, arguments, said):
    result = call("sync", *arguments)

    assert result.exit_code != 0
    assert said in result.stderr
