"""A metric whose logging call had returned survives whatever ends the process."""

from __future__ import annotations

import os
import signal
import time
from random import Random

import pytest

import autolog

RUNS = ("a" * 32, "b" * 32)

_KILLS = int(os.environ.get("AUTOLOG_KILLS", "25"))

_LOG_FOR_EVER = """
def work(run_id):
    start(run_id)
    for step in range(10_000_000):
        log(run_id, step)
        tell(f"{run_id} {step}")

for run_id in ("a" * 32, "b" * 32):
    threading.Thread(target=work, args=(run_id,)).start()
"""


def acknowledged(output):
    """The last step of each run that was told to be logged; a cut-off line does not count."""
    last = {}
    for line in output.split(b"\n")[:-1]:
        run_id, step = line.decode().split()
        last[run_id] = int(step)
    return last


def end_after(process, seconds, number):
    output = os.read(process.stdout.fileno(), 1)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        output += os.read(process.stdout.fileno(), 1 << 16)
    process.send_signal(number)
    return output + process.communicate()[0]


@pytest.mark.parametrize("attempt", range(_KILLS))
def test_a_killed_process_loses_nothing_that_it_had_logged(launch, store, steps_of, attempt):
    process = launch(_LOG_FOR_EVER)

    output = end_after(process, Random(attempt).uniform(0, 0.4), signal.SIGKILL)

    runs = {run.run_id: run for run in store().runs()}
    for run_id, last in acknowledged(output).items():
        steps = steps_of(runs[run_id])
        assert steps == list(range(len(steps)))
        assert len(steps) > last
        assert runs[run_id].status == "KILLED"


def test_a_terminated_process_loses_nothing_that_it_had_logged(launch, store, steps_of):
    process = launch(_LOG_FOR_EVER)

    output = end_after(process, 0.2, signal.SIGTERM)

    runs = {run.run_id: run for run in store().runs()}
    assert process.returncode == -signal.SIGTERM
    for run_id, last in acknowledged(output).items():
        assert len(steps_of(runs[run_id])) > last
        assert runs[run_id].status == "KILLED"


def test_an_exit_without_clean_up_loses_nothing(launch, store, steps_of):
    process = launch("""
start("a" * 32)
for step in range(1000):
    log("a" * 32, step)
os._exit(0)
""")

    process.communicate()

    run = store().run("a" * 32)
    assert steps_of(run) == list(range(1000))
    assert run.status == "KILLED"


def test_a_script_that_only_reads_finds_what_a_killed_process_had_logged(
    launch, steps_of, directory, monkeypatch
):
    monkeypatch.setenv("AUTOLOG_DIR", str(directory))
    launch("""
start("a" * 32)
for step in range(1000):
    log("a" * 32, step)
os.kill(os.getpid(), signal.SIGKILL)
""").communicate()

    run = autolog.get_run("last")

    assert steps_of(run) == list(range(1000))
    assert run.status == "KILLED"


def test_a_run_that_had_ended_before_the_kill_keeps_its_status(launch, store):
    process = launch("""
start("a" * 32)
log("a" * 32, 0)
end("a" * 32, 2)
os.kill(os.getpid(), signal.SIGKILL)
""")

    process.communicate()

    assert store().run("a" * 32).status == "FINISHED"


def test_a_recoverer_that_is_killed_halfway_is_gone_on_with(launch, store, steps_of, directory):
    launch("""
start("a" * 32)
for step in range(25_000):
    log("a" * 32, step)
os._exit(0)
""").communicate()
    recoverer = launch("""
from autolog.delivery.recovery import recover

class KillsItself:
    exit_timeout = 5.0
    def __init__(self, sink):
        self.sink, self.left = sink, 2
    def write(self, batch):
        self.sink.write(batch)
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
    def close(self):
        pass

recover(directory, open_sink=lambda *place: KillsItself(open_sink(*place)))
""")
    recoverer.communicate()

    run = store().run("a" * 32)

    assert recoverer.returncode == -signal.SIGKILL
    assert steps_of(run) == list(range(25_000))
    assert run.status == "KILLED"
    assert list((directory / "journal").iterdir()) == []


def test_a_clean_exit_leaves_no_journal(launch, store, steps_of, directory):
    process = launch("""
start("a" * 32)
for step in range(1000):
    log("a" * 32, step)
end("a" * 32, 1001)
left = delivery.close()
tell(left[0].waiting)
""")

    output, _ = process.communicate()

    assert output == b"0\n"
    assert list((directory / "journal").iterdir()) == []
    assert steps_of(store().run("a" * 32)) == list(range(1000))
