"""The most memory that a test's process has had."""

from __future__ import annotations

import mmap
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from autolog.pytest_plugin.runs.peak_memory import PeakMemory, _present

MEBIBYTE = 2**20


@contextmanager
def taken(size):
    """Memory that was not the process's before, as freed parts of its heap may be."""
    with mmap.mmap(-1, size) as block:
        for place in range(0, size, mmap.PAGESIZE):
            block[place] = 1
        yield


def test_a_new_peak_of_the_process_is_exact():
    memory = PeakMemory()
    highest = memory._before

    with taken(max(0, highest - _present()) + 50 * MEBIBYTE):
        pass

    assert memory.stop() > highest


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells no present size")
def test_a_lower_peak_is_seen_by_looking():
    with taken(200 * MEBIBYTE):
        pass  # from here on, the process has had more
    memory = PeakMemory()
    memory.watch()
    before = memory._seen

    with taken(100 * MEBIBYTE):
        deadline = time.monotonic() + 30
        while memory._seen < before + 50 * MEBIBYTE and time.monotonic() < deadline:
            time.sleep(0.01)

    assert before + 50 * MEBIBYTE < memory.stop() < memory._before


def test_the_thread_that_looks_ends():
    memory = PeakMemory()
    memory.watch()
    memory.watch()

    memory.stop()

    deadline = time.monotonic() + 30
    while any(thread.name == "autolog-memory" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
