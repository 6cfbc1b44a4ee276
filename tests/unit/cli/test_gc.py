"""`autolog gc`."""

from __future__ import annotations

import json
import os
import time

import pytest
from click.testing import CliRunner

import autolog
from autolog.cli.main import main


def left(call):
    return {run["name"] for run in json.loads(call("runs", "--json", "--all").stdout)}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--status", "FAILED"], {"large", "inner", "small"}),
        (["--status", "failed", "--keep", "2"], {"large", "inner", "failed", "small"}),
        (["--keep", "1"], {"large", "inner"}),
        (["--keep", "0"], set()),
        (["--older-than", "1d"], {"large", "inner", "failed", "small"}),
        (["--older-than", "0m"], set()),
        ([], {"large", "inner", "failed", "small"}),
    ],
)
def test_runs_that_meet_every_condition_go_with_their_children(call, recorded, arguments, expected):
    result = call("gc", "--yes", *arguments)

    assert result.exit_code == 0, result.stderr
    assert left(call) == expected


def test_runs_can_be_named(call, recorded, directory):
    result = call("gc", "--yes", "--run", recorded["large"][:10], "--run", recorded["small"])

    assert left(call) == {"failed"}
    assert not (directory / "artifacts" / recorded["large"]).exists()
    assert result.stdout.splitlines()[-1] == "Freed 5 B."


def test_a_dry_run_only_tells(call, recorded):
    result = call("gc", "--dry-run", "--keep", "0")

    assert "1 child run" in result.stdout
    assert left(call) == {"large", "inner", "failed", "small"}


def test_it_asks_first_and_no_means_no(call, recorded):
    result = call("gc", "--keep", "0", input="n\n")

    assert result.exit_code == 1
    assert "Delete for good?" in result.stderr
    assert left(call) == {"large", "inner", "failed", "small"}


def test_yes_means_yes(call, recorded):
    assert call("gc", "--keep", "0", input="y\n").exit_code == 0
    assert left(call) == set()


def test_a_running_run_that_nobody_records_any_more_is_deleted_by_name(call, recorded):
    with autolog.run("running") as running:
        autolog.flush()
        autolog.process.current_session().delivery.close()
        CliRunner().invoke(main, ["gc", "--yes", "--run", running.run_id])

        assert "running" not in [run.name for run in autolog.search_runs(output="list")]


def test_a_running_run_is_kept_even_if_it_is_named(runner, recorded):
    with autolog.run("running") as running:
        autolog.flush()
        # Not by `call`, which would end the run.
        runner.invoke(main, ["gc", "--yes", "--keep", "0"])
        assert [run.name for run in autolog.search_runs(output="list")] == ["running"]

        result = runner.invoke(main, ["gc", "--yes", "--run", running.run_id])
        assert result.exit_code == 1
        assert "is still being recorded" in result.stderr
        assert [run.name for run in autolog.search_runs(output="list")] == ["running"]


def test_a_named_run_that_is_running_keeps_the_others_too(call, recorded):
    with autolog.run("running") as running:
        autolog.flush()
        names = ["--run", recorded["small"], "--run", running.run_id]

        CliRunner().invoke(main, ["gc", "--yes", *names])

    assert left(call) == {"running", "large", "inner", "failed", "small"}


def test_old_folders_without_a_run_are_deleted(call, recorded, directory):
    folder = directory / "artifacts" / "nobody"
    folder.mkdir()
    (folder / "file").write_text("12345678")
    week_ago = time.time() - 7 * 86400
    os.utime(folder, (week_ago, week_ago))

    result = call("gc", "--yes", "--json")

    assert json.loads(result.stdout)["orphaned_folders"] == [str(folder)]
    assert not folder.exists()


def test_the_quarantine_is_emptied_if_asked_for(call, recorded, directory):
    file = directory / "quarantine" / "journal.jsonl"
    file.parent.mkdir()
    file.write_text("{}\n")

    call("gc", "--yes")
    assert file.exists()
    call("gc", "--yes", "--quarantine")
    assert not file.exists()


def test_the_freed_space_can_be_given_back(call, directory):
    with autolog.run("long"):
        for step in range(5000):
            autolog.log_metric("loss", step, step=step)
    autolog.shutdown()
    database = directory / "runs.db"
    before = database.stat().st_size

    call("gc", "--yes", "--keep", "0", "--shrink")

    assert database.stat().st_size < before / 2


def test_json_tells_what_was_deleted(call, recorded):
    document = json.loads(call("gc", "--yes", "--json", "--run", recorded["large"]).stdout)

    assert document == {
        "deleted": True,
        "freed_bytes": 5,
        "runs": [recorded["large"]],
        "orphaned_folders": [],
        "quarantine": [],
    }


def test_nothing_to_delete_is_said_without_asking(call, recorded):
    assert call("gc").stdout == "Nothing to delete.\n"


@pytest.mark.parametrize("age", ["30", "d", "1.5d", "-1d", "99999999999w"])
def test_a_malformed_age_is_a_usage_error(call, recorded, age):
    result = call("gc", f"--older-than={age}")

    assert result.exit_code == 2
    assert "no length of time" in result.stderr
