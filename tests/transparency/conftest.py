"""Real scripts in processes of their own, and what they have recorded."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from autolog.delivery.recovery import recover
from autolog.sinks.registry import open_sink
from autolog.store import Store


@pytest.fixture
def script(tmp_path):
    """Runs a script as `__main__`, in an empty folder; it has to succeed."""

    def run(source, *options, environment=None):
        file = tmp_path / "experiment.py"
        file.write_text(textwrap.dedent(source))
        finished = subprocess.run(
            [sys.executable, *options, file],
            cwd=tmp_path,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return finished

    return run


@pytest.fixture
def launch(tmp_path):
    """Starts a script and lets it run; what is left of it is killed in the end."""
    processes = []

    def start(source, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", source, *arguments],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            process.kill()


@pytest.fixture
def recorded_runs(tmp_path):
    """Reads all runs of the scripts so far, as the next `autolog` command would."""

    def read():
        directory = tmp_path / ".autolog"
        report = recover(directory, open_sink=open_sink)
        assert (report.kept, report.lost, report.damaged_bytes) == ((), 0, 0)
        return Store(directory / "runs.db").runs()

    return read
