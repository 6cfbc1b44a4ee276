"""Imports of ours do not make the garbage collector run."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from autolog.garbage import no_collection


def test_the_collector_rests_within_the_block_and_goes_on_after_it():
    with no_collection():
        within = gc.isenabled()

    assert not within
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error():
    with pytest.raises(ImportError), no_collection():
        raise ImportError

    assert gc.isenabled()


def test_a_collector_that_the_user_switched_off_stays_off():
    gc.disable()
    try:
        with no_collection():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_in_the_block_is_old_and_so_not_looked_at_again_and_again():
    before = len(gc.get_objects(generation=2))

    with no_collection():
        made = [[number] for number in range(10_000)]

    assert len(gc.get_objects(generation=2)) >= before + len(made)
    assert gc.get_count()[0] < len(made)


def test_what_the_user_has_frozen_stays_frozen():
    # in a process of its own: what other threads let go of leaves the frozen too
    script = """
import gc
from autolog.garbage import no_collection
gc.freeze()
frozen = gc.get_freeze_count()
with no_collection():
    made = [[number] for number in range(10_000)]
print(gc.get_freeze_count() - frozen)
"""

    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert int(printed.stdout) == 0


def test_importing_autolog_collects_nothing_and_leaves_the_collector_on():
    script = """
import gc
runs = []
gc.callbacks.append(lambda phase, info: runs.append(phase) if phase == "start" else None)
before = gc.get_threshold()
import autolog.garbage  # sources that are not compiled yet make garbage
runs.clear()
from autolog import autolog
gc.callbacks.clear()
assert gc.isenabled() and gc.get_threshold() == before
print(len(runs))
"""

    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert int(printed.stdout) <= 1  # that which was due when the collector was on again
