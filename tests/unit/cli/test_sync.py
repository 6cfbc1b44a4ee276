"""`autolog sync`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import autolog

DIES = """
import os
import autolog

with autolog.run("killed") as run:
    run.log_metric("loss", 0.5)
    os._exit(9)
"""


@pytest.fixture
def died(monkeypatch):
    """A process has died in the middle of a run."""
    # A child that it was about to make into git would hold its journal for some milliseconds more.
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    subprocess.run([sys.executable, "-c", DIES], check=False)


@pytest.fixture
def _broken_sink(monkeypatch, directory):
    """The sink cannot be written: a folder stands where its file should be."""
    (directory / "events.jsonl").mkdir(parents=True)
    monkeypatch.setenv("AUTOLOG_SINK", "toy:events.jsonl")


def test_what_an_ended_process_left_is_delivered(call, died):
    result = call("sync")

    assert result.exit_code == 0
    assert "Delivered 1 journal." in result.stdout
    assert "Ended 1 run as KILLED" in result.stdout
    assert autolog.get_run("last").metrics == {"loss": 0.5}


def test_a_second_time_there_is_nothing_left(call, died):
    call("sync")

    assert call("sync").stdout == "Nothing waits.\n"


def test_json_names_journals_and_runs(call, died):
    document = json.loads(call("sync", "--json").stdout)

    assert document["killed_runs"] == [autolog.get_run("last").run_id]
    assert len(document["delivered"]) == 1
    assert document["kept"] == []


@pytest.mark.usefixtures("_broken_sink", "died")
def test_what_cannot_be_delivered_is_listed_with_the_reason(call):
    result = call("sync")

    assert result.exit_code == 1
    assert "events.jsonl cannot be written" in result.stdout


@pytest.mark.usefixtures("_broken_sink", "died")
def test_a_look_at_runs_says_that_something_waits(call):
    result = call("runs")

    assert "autolog: 1 journal cannot be delivered now; see `autolog sync`." in result.stderr


def test_a_look_at_runs_delivers_and_says_so(call, died):
    result = call("runs")

    assert "delivered what 1 process had left; 1 run ended KILLED" in result.stderr
    assert "killed" in result.stdout


def test_damage_is_told(call, died, directory):
    (segment,) = directory.glob("journal/*/*.segment")
    content = bytearray(segment.read_bytes())
    content[content.index(b"loss")] ^= 0xFF
    segment.write_bytes(content)

    result = call("sync")

    assert "of damaged journal" in result.stdout


def test_journals_of_other_hosts_are_left_unless_asked_for(call, died, directory):
    (journal,) = (directory / "journal").iterdir()
    _, *process = journal.name.rsplit(".", 3)
    journal.rename(journal.with_name(".".join(["elsewhere", *process])))

    alone = call("sync")
    asked = call("sync", "--all-hosts")

    assert alone.exit_code == 1
    assert "--all-hosts" in alone.stdout
    assert asked.exit_code == 0


def test_without_a_directory_it_says_where_it_looked(call):
    result = call("sync")

    assert result.exit_code == 1
    assert "AUTOLOG_DIR" in result.stderr
