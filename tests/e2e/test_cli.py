"""The command line as a user's shell calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

RECORDS = """
import autolog
with autolog.run("recorded"):
    autolog.log_metric("loss", 0.5)
"""
DIES = RECORDS + "    import os; autolog.flush(); os._exit(9)\n"
COMMANDS = ("runs", "show last", "compare last last", "doctor", "gc --dry-run", "sync")


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


def autolog(*arguments, **options):
    return python("-m", "autolog", *arguments, **options)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a recorded run, and a folder inside it."""
    monkeypatch.delenv("AUTOLOG_DIR")
    monkeypatch.chdir(tmp_path)
    assert python("-c", RECORDS).returncode == 0
    (tmp_path / "deep" / "inside").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_prints_pure_json(project, command):
    result = autolog(*command.split(), "--json")

    assert result.returncode == 0, result.stderr
    json.loads(result.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_colours_into_a_pipe(project, command):
    result = autolog(*command.split())

    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout


def test_runs_are_found_from_a_folder_further_in(project):
    result = autolog("show", "last", "--json", cwd=project / "deep" / "inside")

    assert json.loads(result.stdout)["name"] == "recorded"


def test_the_installed_command_is_the_same(project):
    command = Path(sys.executable).with_name("autolog")

    installed = subprocess.run([command, "runs"], capture_output=True, text=True, check=True)

    assert installed.stdout == autolog("runs").stdout


def test_a_killed_process_is_told_once_on_standard_error(project):
    python("-c", DIES)

    first, second = autolog("runs", "--json"), autolog("runs", "--json")

    assert first.stderr == ("autolog: delivered what 1 process had left; 1 run ended KILLED.\n")
    assert second.stderr == ""
    assert json.loads(first.stdout)[0]["status"] == "KILLED"
    assert first.stdout == second.stdout


def test_a_sink_that_is_down_does_not_keep_anybody_from_looking(project, monkeypatch):
    (project / ".autolog" / "events.jsonl").mkdir()
    monkeypatch.setenv("AUTOLOG_SINK", "sqlite:,toy:events.jsonl")
    python("-c", DIES)

    result = autolog("runs", "--json")

    assert [run["status"] for run in json.loads(result.stdout)] == ["KILLED", "FINISHED"]
    assert "1 journal cannot be delivered now" in result.stderr


def test_a_reader_that_leaves_early_sees_no_traceback(project):
    command = f"{sys.executable} -m autolog show last --json | head -c 1"

    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert result.stdout == "{"
    assert "Traceback" not in result.stderr


def test_help_needs_none_of_the_commands_and_little_more_than_click():
    program = (
        "import sys; from click.testing import CliRunner; from autolog.cli.main import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print([m for m in sys.modules if m.startswith('autolog.')"
        " or m in ('rich', 'sqlite3', 'msgspec', 'importlib.metadata')])"
    )

    loaded = python("-c", program).stdout

    assert loaded.strip() == (
        "['autolog.cli', 'autolog.errors', 'autolog.version', 'autolog.cli.main']"
    )


def test_help_takes_little_longer_than_importing_click():
    def seconds(*arguments):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        return time.perf_counter() - started

    bare = min(seconds("-c", "import click") for _ in range(5))
    help_ = min(seconds("-m", "autolog", "--help") for _ in range(5))

    assert help_ < 3 * bare, os.getloadavg()
