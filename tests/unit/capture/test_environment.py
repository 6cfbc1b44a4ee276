"""What a run was made with."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autolog.capture.environment import (
    capture_environment,
    entry_script,
)
from autolog.version import __version__


def test_the_process_and_its_machine_are_described(tmp_path):
    tags = capture_environment(tmp_path, "train.py").tags

    assert tags["pid"] == str(os.getpid())
    assert tags["host"] == os.uname().nodename
    assert tags["python"] == ".".join(map(str, sys.version_info[:3]))
    assert tags["platform"].startswith(os.uname().sysname)
    assert tags["working_directory"] == str(Path.cwd())
    assert tags["autolog.version"] == __version__


@pytest.mark.parametrize("variable", ["LOGNAME", "USER", "LNAME", "USERNAME"])
def test_the_user_is_who_the_variables_name_as_for_getpass(variable, tmp_path, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "ada")

    assert capture_environment(tmp_path, "train.py").tags["user"] == "ada" == getpass.getuser()


def test_the_user_is_otherwise_who_the_process_belongs_to(tmp_path, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    assert capture_environment(tmp_path, "train.py").tags["user"] == getpass.getuser()


def test_the_command_line_is_recorded_without_its_secrets(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["python", "train.py", "--token", "abc", "--lr=0.1"])

    tags = capture_environment(tmp_path, "train.py").tags

    assert tags["command_line"] == "python train.py --token [redacted] --lr=0.1"


def test_a_very_long_command_line_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["python", "-c", "x" * 100_000])

    tags = capture_environment(tmp_path, "train.py").tags

    assert len(tags["command_line"]) == 6000


def test_outside_a_repository_there_are_no_git_tags(tmp_path):
    tags = capture_environment(tmp_path, "train.py").tags

    assert not [name for name in tags if name.startswith("git.")]


def test_a_directory_that_was_removed_is_left_out(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = (
        "import os, pathlib; os.chdir('gone'); os.rmdir('../gone');"
        "from autolog.capture.environment import capture_environment;"
        "print(sorted(capture_environment(pathlib.Path('/'), 'train.py').tags))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert "working_directory" not in done.stdout
    assert "'python'" in done.stdout


def test_the_entry_script_is_the_file_that_python_was_started_for(tmp_path):
    script = tmp_path / "train.py"
    script.write_text("from autolog.capture.environment import entry_script\nprint(entry_script())")

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(script)


def test_a_command_and_an_interactive_session_have_no_entry_script():
    source = "from autolog.capture.environment import entry_script; print(entry_script())"

    command = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    session = subprocess.run(
        [sys.executable, "-i", "-q"], input=source, capture_output=True, text=True, check=True
    )

    assert command.stdout.strip() == "<command>"
    assert session.stdout.strip() == "<interactive>"


def test_a_notebook_is_named_by_its_path(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/analysis.ipynb")

    assert entry_script() == "/home/me/analysis.ipynb"
