"""The tests that every sink must pass whose records outlive the process that made them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from autolog.delivery.recovery import recover
from autolog.errors import SinkUnavailable
from autolog.testing.sink_contract import (
    OTHER_RUN,
    PATIENCE,
    SinkContract,
    batch,
    killed,
    log,
    prepared,
    story,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Sink

_SHORTLY = 0.5
"""Seconds that a contract waits for a sink that cannot answer."""

_LOG_AND_DIE = """
import os, signal, sys, time
from pathlib import Path
import msgspec
from autolog.delivery import background
from autolog.delivery.delivery import Delivery
from autolog.events import AnyEvent
from autolog.sinks.registry import open_sink

uri, directory, moment = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
events = msgspec.json.decode(sys.stdin.buffer.read(), type=tuple[AnyEvent, ...])


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBeforeTheAcknowledgement:
    def __init__(self, sink):
        self.sink = sink
        self.exit_timeout = sink.exit_timeout

    def write(self, batch):
        self.sink.write(batch)
        die()

    def close(self):
        self.sink.close()


def opened(uri, directory):
    sink = open_sink(uri, directory)
    return DiesBeforeTheAcknowledgement(sink) if moment == "written" else sink


if moment == "logged":
    background._RESTS = (3600.0,)  # nothing is delivered before the end
delivery = Delivery(directory, [uri], open_sink=opened)
for event in events:
    delivery.emit(event)
if moment == "written":
    delivery.flush(60.0)
die()
"""


class LastingSinkContract(SinkContract):
    """As `SinkContract`, for a sink that keeps records for good, and that can be out of reach.

    Example:
        >>> class TestToySink(LastingSinkContract):
        ...     uri = "toy:events.jsonl"
        ...
        ...     def stored(self, directory):
        ...         return (directory / "events.jsonl").read_text().splitlines()
        ...
        ...     @contextmanager
        ...     def outage(self, directory):
        ...         file = directory / "events.jsonl"
        ...         file.mkdir()
        ...         yield
        ...         file.rmdir()
    """

    def outage(self, directory: Path) -> AbstractContextManager[object]:
        """While it lasts, the sink cannot be written; it holds afterwards what it held before."""
        raise AssertionError("a contract's outage() is to be written by the sink's tests")

    def test_a_sink_that_is_out_of_reach_says_so(self, tmp_path: Path) -> None:
        """The error is one that means: try again."""
        directory = prepared(tmp_path / "away")
        sink = self.open(directory)

        with self.outage(directory):
            assert _is_unavailable(sink)

        sink.write(batch(story()))
        sink.close()
        assert self.stored(directory) == self.expected(tmp_path)

    def test_a_sink_that_is_down_at_the_start_gets_everything_once_it_is_back(
        self, tmp_path: Path
    ) -> None:
        """Logging goes on meanwhile, and a process that ends leaves the rest to the next one."""
        directory = prepared(tmp_path / "down")

        with self.outage(directory):
            delivery = self.deliver(directory)
            log(delivery, story())
            arrived = delivery.flush(_SHORTLY)
            left = delivery.close(_SHORTLY)

        assert not arrived
        assert left[0].waiting
        self.recover(directory)
        assert self.stored(directory) == self.expected(tmp_path)

    def test_a_sink_that_goes_down_and_comes_back_gets_everything(self, tmp_path: Path) -> None:
        """The process that logs needs no restart."""
        directory = prepared(tmp_path / "down")
        delivery = self.deliver(directory)
        log(delivery, story()[:3])
        assert delivery.flush(PATIENCE)

        with self.outage(directory):
            log(delivery, story()[3:])
            assert not delivery.flush(_SHORTLY)

        assert delivery.flush(PATIENCE)
        delivery.close()
        assert self.stored(directory) == self.expected(tmp_path)

    def test_a_process_that_is_killed_before_it_delivers_anything_loses_nothing(
        self, tmp_path: Path
    ) -> None:
        """Another one delivers what it had logged, and ends its runs."""
        directory = prepared(tmp_path / "killed")
        events = story()[:-1]

        self.run_and_kill(directory, events, moment="logged")

        self.recover(directory)
        assert self.stored(directory) == self.expected(tmp_path, killed(events))

    def test_a_process_that_is_killed_between_the_write_and_its_acknowledgement_sends_nothing_twice(
        self, tmp_path: Path
    ) -> None:
        """The sink has had the events, and nobody knows."""
        directory = prepared(tmp_path / "killed")

        self.run_and_kill(directory, story(), moment="written")

        self.recover(directory)
        assert self.stored(directory) == self.expected(tmp_path)

    def test_processes_that_are_killed_one_after_another_lose_nothing(self, tmp_path: Path) -> None:
        """Each leaves a journal of its own."""
        directory = prepared(tmp_path / "killed")
        one, other = story(), story(OTHER_RUN)

        self.run_and_kill(directory, one, moment="written")
        self.run_and_kill(directory, other, moment="logged")

        self.recover(directory)
        assert self.stored(directory) == self.expected(tmp_path, (*one, *other))

    def run_and_kill(self, directory: Path, events: tuple[Event, ...], *, moment: str) -> None:
        """Has a process log events and killed, when it has `logged` or `written` them."""
        process = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", _LOG_AND_DIE, self.uri_in(directory), str(directory), moment],
            input=msgspec.json.encode(events),
            capture_output=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            timeout=2 * PATIENCE,
            check=False,
        )
        assert process.returncode == -signal.SIGKILL, process.stderr.decode()

    def recover(self, directory: Path) -> None:
        """Delivers what is left in a directory, as the next process does."""
        end = time.monotonic() + PATIENCE
        report = recover(directory, open_sink=self._open_for_recovery)
        while report.kept and time.monotonic() < end:
            time.sleep(_SHORTLY)
            report = recover(directory, open_sink=self._open_for_recovery)
        assert report.kept == ()
        assert report.lost == 0

    def _open_for_recovery(self, _uri: str, directory: Path) -> Sink:
        return self.open(directory)


def _is_unavailable(sink: Sink) -> bool:
    try:
        sink.write(batch(story()))
    except SinkUnavailable:
        return True
    return False
