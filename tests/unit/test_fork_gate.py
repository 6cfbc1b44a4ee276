from __future__ import annotations

import os
import threading

import pytest

from autolog import fork_gate as fork_gate_module
from autolog.fork_gate import fork_gate


def exit_status_of_child(work):
    child = os.fork()
    if child == 0:
        os._exit(work())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def opening_sink():
    """A thread that opens a sink until it is told that it is done."""
    begun, goes_on, done = threading.Event(), threading.Event(), threading.Event()

    def open_slowly():
        with fork_gate.importing():
            begun.set()
            goes_on.wait()
            done.set()

    thread = threading.Thread(target=open_slowly)
    thread.start()
    begun.wait()
    yield goes_on, done
    goes_on.set()
    thread.join()


def test_a_fork_waits_for_a_sink_that_is_being_opened(opening_sink):
    goes_on, done = opening_sink
    threading.Timer(0.05, goes_on.set).start()

    status = exit_status_of_child(lambda: 0 if done.is_set() else 1)

    assert status == 0


def test_a_sink_that_cannot_be_opened_does_not_hold_the_fork_up(opening_sink, monkeypatch):
    monkeypatch.setattr(fork_gate_module, "LONGEST_WAIT", 0.01)

    assert exit_status_of_child(lambda: 0) == 0


def test_a_child_opens_sinks_of_its_own(opening_sink, monkeypatch):
    monkeypatch.setattr(fork_gate_module, "LONGEST_WAIT", 0.01)

    def open_in_child():
        with fork_gate.importing():
            return 0

    assert exit_status_of_child(open_in_child) == 0


def test_after_a_fork_the_parent_goes_on():
    exit_status_of_child(lambda: 0)

    fork_gate.wait()
    with fork_gate.importing():
        pass
