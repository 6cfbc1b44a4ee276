"""Events, sinks that can be told to fail, and deliveries that are closed afterwards."""

from __future__ import annotations

import logging

import pytest

from autolog.delivery.delivery import Delivery
from autolog.events import MetricsLogged, RunEnded, RunStarted, Status

RUN = "0" * 32


class ToldSink:
    """Keeps events, after raising, one per call, the errors that it was told to raise."""

    exit_timeout = 5.0

    def __init__(self, *errors, always=None):
        self.errors = list(errors)
        self.always = always
        self.batches = []
        self.calls = 0
        self.closed = False

    @property
    def events(self):
        return [event for batch in self.batches for event in batch.events]

    def write(self, batch):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        if self.always is not None:
            raise self.always
        self.batches.append(batch)

    def close(self):
        self.closed = True


@pytest.fixture
def told_sink():
    return ToldSink


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "autolog"


@pytest.fixture
def started():
    def make(run_id=RUN):
        return RunStarted(run_id, 0, 1, "run", "experiment")

    return make


@pytest.fixture
def ended():
    def make(run_id=RUN):
        return RunEnded(run_id, 1_000_000, 1_000_000, Status.FINISHED)

    return make


@pytest.fixture
def metric():
    def make(number, run_id=RUN, size=0):
        return MetricsLogged(run_id, number, number, number, {"loss" + "x" * size: number + 1 / 3})

    return make


@pytest.fixture
def deliver(directory):
    """Makes deliveries to named sinks; whatever the test leaves open is closed."""
    made = []

    def make(**sinks):
        uris = [f"{name}:" for name in sinks]
        delivery = Delivery(directory, uris, open_sink=lambda uri, _: sinks[uri[:-1]])
        made.append(delivery)
        return delivery

    yield make
    for delivery in made:
        delivery.close(timeout=0)


@pytest.fixture
def warnings_said(caplog):
    """The warnings that autolog has logged so far."""
    caplog.set_level(logging.WARNING, logger="autolog")
    return lambda: [record.getMessage() for record in caplog.records]
