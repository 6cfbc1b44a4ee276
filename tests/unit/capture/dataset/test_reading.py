"""Data sets are read beside the training, and never as something else than they were."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import weakref

import numpy as np
import pandas as pd
import psutil
import pytest

from autolog.capture.dataset import reading as reading_module
from autolog.capture.dataset.effort import expected_seconds
from autolog.capture.dataset.reading import DatasetReading


def large():
    return np.arange(1_000_000.0).reshape(-1, 10).copy()


@pytest.fixture
def held(monkeypatch):
    """Threads that have digested the data wait until they are let go."""
    gate = threading.Event()
    find_schema = reading_module.schema_of

    def wait(*arguments):
        if threading.current_thread() is not threading.main_thread():
            gate.wait(30)
        return find_schema(*arguments)

    monkeypatch.setattr(reading_module, "schema_of", wait)
    yield gate
    gate.set()


@pytest.mark.parametrize("made", [np.array, np.asfortranarray, pd.DataFrame])
def test_small_data_may_be_changed_right_afterwards(made):
    data, targets = made(np.zeros((150, 4))), np.zeros(150)

    reading = DatasetReading(data, targets, name="X", context="eval")
    data[:] = targets[:] = 1

    found = reading.result()
    as_before = DatasetReading(made(np.zeros((150, 4))), np.zeros(150), name="X", context="eval")
    assert found == as_before.result()
    assert (found.name, found.context) == ("X", "eval")


def test_a_data_set_whose_variable_is_not_seen_has_a_name():
    assert DatasetReading([1.0], name=None).result().name == "dataset"


def test_large_data_are_read_beside_the_call(held):
    reading = DatasetReading(large(), name="X")

    assert reading.result(timeout=0) is None
    held.set()
    assert reading.result().digest


def test_reading_beside_the_call_finds_the_same_as_reading_at_once():
    beside = DatasetReading(large(), name="X")
    at_once = DatasetReading(large(), name="X", overwritten=True)

    assert beside.result() == at_once.result()


def test_data_that_are_about_to_be_overwritten_are_read_before(held):
    reading = DatasetReading(large(), name="X", overwritten=True)

    assert reading.result(timeout=0) is not None


def test_a_reading_in_time_is_full_whatever_happens_afterwards():
    data = large()
    reading = DatasetReading(data, name="X")
    assert reading.result() is not None

    reading.settle(fit_seconds=1000.0)
    data[:] = 0

    assert reading.result() == DatasetReading(large(), name="X").result()


def test_a_late_reading_of_data_that_stay_is_full(held):
    reading = DatasetReading(large(), name="X")

    reading.settle(fit_seconds=0.0)
    held.set()

    assert reading.result() == DatasetReading(large(), name="X").result()


def test_a_late_reading_of_data_that_were_changed_says_that_it_is_of_some_rows(held):
    data = large()
    reading = DatasetReading(data, name="X")

    reading.settle(fit_seconds=0.0)
    data[:] = 0
    held.set()

    found = reading.result()
    profile = json.loads(found.profile)
    assert found.digest != DatasetReading(large(), name="X").result().digest
    assert found.digest != DatasetReading(data, name="X").result().digest
    assert (profile["digest"], profile["digest_rows"]) == ("sampled", 256)


def test_a_full_digest_says_nothing_of_samples():
    profile = json.loads(DatasetReading(large(), name="X").result().profile)

    assert "digest" not in profile


def test_the_training_waits_only_as_long_as_it_is_allowed_to(held, monkeypatch):
    waited = []
    join = threading.Thread.join
    monkeypatch.setattr(
        threading.Thread, "join", lambda self, timeout=None: waited.append(timeout) or join(self, 0)
    )
    reading = DatasetReading(large(), name="X")

    reading.settle(fit_seconds=0.0)
    reading.settle(fit_seconds=10.0)

    assert 0 <= waited[0] <= 0.005
    assert 0 <= waited[1] <= 0.002  # a long call has paid while it was made


def test_what_was_spent_before_the_call_is_not_spent_again(held, monkeypatch):
    waited = []
    monkeypatch.setattr(threading.Thread, "join", lambda self, timeout=None: waited.append(timeout))
    reading = DatasetReading(large(), name="X")
    reading._spent = 1.0

    reading.settle(fit_seconds=0.1)

    assert waited == [0.0]


def test_the_training_does_not_wait_in_vain(monkeypatch):
    waited = []
    join = threading.Thread.join
    monkeypatch.setattr(
        threading.Thread, "join", lambda self, timeout=None: waited.append(timeout) or join(self, 0)
    )
    reading = DatasetReading([[0.5] * 10] * 10_000, name="X")

    reading.settle(fit_seconds=0.0)

    assert waited == [0.0]


def test_a_late_reading_of_lists_that_were_changed_says_that_it_is_of_some_rows(held):
    rows = [[float(row)] * 50 for row in range(20_000)]
    reading = DatasetReading(rows, name="X")

    reading.settle(fit_seconds=0.0)
    for row in rows:
        row[7] = -1.0
    held.set()

    found = reading.result()
    assert found.digest != DatasetReading(rows, name="X").result().digest
    assert json.loads(found.profile)["digest_rows"] == 256


def test_the_thread_rests_between_pieces_of_objects(monkeypatch):
    rested = []
    rest = DatasetReading._rest
    monkeypatch.setattr(DatasetReading, "_rest", lambda self: rested.append(1) or rest(self))
    reading = DatasetReading(pd.DataFrame({"a": pd.Series(["x"] * 50_000, dtype=object)}), name="X")

    reading.result()

    assert len(rested) >= 50_000 // 8192


def test_the_data_are_let_go_of_once_they_are_read():
    frame = pd.DataFrame(large())
    alive = weakref.ref(frame)
    reading = DatasetReading(frame, name="X")
    reading.settle(0.0)
    reading.result()

    del frame
    gc.collect()

    assert alive() is None


def test_no_copy_of_the_data_is_made():
    data = np.ones((20_000_000, 2))
    DatasetReading(data[:100_000], name="X").result()
    process = psutil.Process()
    before = most = process.memory_info().rss

    reading = DatasetReading(data, name="X")
    while reading.result(timeout=0.001) is None:
        most = max(most, process.memory_info().rss)

    assert most - before < 20e6


def test_a_child_that_is_forked_meanwhile_does_not_wait(held):
    reading = DatasetReading(large(), name="X")

    child = os.fork()
    if child == 0:
        signal.alarm(20)
        reading.settle(100.0)
        os._exit(0 if reading.result() is None else 1)
    _, status = os.waitpid(child, 0)
    held.set()

    assert os.waitstatus_to_exitcode(status) == 0
    assert reading.result().digest


def test_data_that_cannot_be_read_are_reported_and_nobody_else_is_hurt(monkeypatch):
    class Broken(list):
        def __getitem__(self, index):
            if isinstance(index, slice):
                raise OSError("gone")
            return super().__getitem__(index)

    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    reported = []

    reading = DatasetReading(
        Broken([1.0]), name="X", report=lambda action, error: reported.append(str(error))
    )

    assert reading.result() is None
    assert reported == ["gone"]


def test_what_reading_takes_grows_with_the_data():
    expected = expected_seconds(np.ones((1_000_000, 50), dtype="i1"))

    assert expected_seconds(None) == 0
    assert expected > expected_seconds(np.ones((1000, 50), dtype="i1"))
    assert expected_seconds(["x"] * 9000) > expected_seconds(np.zeros(9000))
