"""Real processes that log through a delivery to a SQLite store, and meet their end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autolog.delivery.recovery import recover
from autolog.sinks.registry import open_sink
from autolog.store import Store

_PRELUDE = """
import os, signal, sys, threading, time
from pathlib import Path

from autolog.delivery.delivery import Delivery
from autolog.events import MetricsLogged, RunEnded, RunStarted, Status
from autolog.sinks.registry import open_sink

directory = Path(sys.argv[1])
delivery = Delivery(directory, ["sqlite:"], open_sink=open_sink)


def start(run_id):
    delivery.emit(RunStarted(run_id, 0, time.time_ns(), "run", "durability"))


def log(run_id, step):
    delivery.emit(MetricsLogged(run_id, step + 1, time.time_ns(), step, {"loss": step / 2}))


def end(run_id, sequence):
    delivery.emit(RunEnded(run_id, sequence, time.time_ns(), Status.FINISHED))


def tell(text):
    os.write(1, f"{text}\\n".encode())
"""


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "autolog"


@pytest.fixture
def launch(directory):
    """Starts a process that runs a script with `start`, `log`, `end` and `tell`.

    The process may be given to another command, as the end of its command line.
    """
    processes = []

    def start(script, *arguments, command=()):
        process = subprocess.Popen(
            [*command, sys.executable, "-c", _PRELUDE + script, str(directory), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=Path(__file__).parents[2],
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            process.kill()


@pytest.fixture
def store(directory):
    """Recovers what there is, and opens the store."""

    def open_store():
        report = recover(directory, open_sink=open_sink)
        assert report.kept == ()
        return Store(directory / "runs.db")

    return open_store


@pytest.fixture
def steps_of():
    """The steps at which a run has a loss, in order."""

    def steps(run):
        return [point.step for point in run.metric_history("loss")]

    return steps
