"""The thread that keeps one consumer going while the user's code runs."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from autolog.delivery.alarm import Alarm
from autolog.delivery.consumer import WORTH_GOING_ON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autolog.delivery.backlog import Backlog
    from autolog.delivery.consumer import Consumer
    from autolog.delivery.feed import Mark
    from autolog.sinks.base import AnyBatch

_RESTS = (0.1, 0.2, 0.4, 0.8, 1.0)
"""Seconds of rest before the first batch, the second and so on: each slows a training a little."""

_UPKEEP_SECONDS = 1.0
_CLOSING_SECONDS = 1.0


class BackgroundConsumer:
    """A consumer in a daemon thread.

    Args:
        consumer: The consumer, which belongs to the thread once it is started.
        upkeep: Called once a second at least, and after each batch.
    """

    def __init__(self, consumer: Consumer, upkeep: Callable[[], None]) -> None:
        self._consumer = consumer
        self._upkeep = upkeep
        self._batches = 0
        self._stopping = False
        self._wake = Alarm()
        self._progress = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread, unless the interpreter is too far gone for one."""
        name = f"autolog {self._consumer.name}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._thread = thread

    @property
    def exit_timeout(self) -> float:
        """Seconds that a process which ends may wait for the sink."""
        return self._consumer.exit_timeout

    @property
    def reached(self) -> Mark:
        """Up to where the sink has had everything."""
        return self._consumer.feed.reached

    def mark(self) -> Mark:
        """The place behind everything that was logged before."""
        return self._consumer.feed.mark()

    def backlog(self) -> Backlog:
        """What the sink still lacks."""
        return self._consumer.backlog()

    def final_backlog(self) -> Backlog:
        """What the sink still lacks when this process ends, and memory with it."""
        backlog = self._consumer.backlog()
        gone = self._consumer.feed.waiting_in_memory()
        return replace(backlog, waiting=backlog.waiting - gone, lost=backlog.lost + gone)

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """While somebody waits: no rests, and a failure is tried again at once."""
        with self._consumer.hurry():
            self._wake.set()
            yield

    def hasten(self) -> None:
        """Ends a rest where much has come and the sink works in another process.

        In this process, the work would take from the code that logs so much.
        """
        if self._consumer.works_elsewhere and self._consumer.retry_at is None:
            self._wake.set()

    def wait_for(self, mark: Mark, deadline_now: Callable[[], float | None]) -> bool:
        """Waits until the sink has had everything before a place.

        Args:
            mark: The place.
            deadline_now: Tells when to give up, by `time.monotonic`, as far as is known now: a
                sink that is still to be opened may want more time. None to give up when it fails.

        Returns:
            Whether the sink has had it.
        """
        if not self._is_running():
            return self._consumer.drain(deadline_now())
        consumer = self._consumer
        with self._progress:
            while not consumer.feed.has_reached(mark):
                deadline = deadline_now()
                left = _UPKEEP_SECONDS if deadline is None else deadline - time.monotonic()
                if left <= 0 or consumer.is_hopeless(deadline) or not self._is_running():
                    return False
                self._progress.wait(min(left, _UPKEEP_SECONDS))
        return True

    def stop(self, deadline: float) -> None:
        """Ends the thread and closes the sink, in the time that is left and a second more."""
        self._stopping = True
        self._wake.set()
        if self._thread is None:
            self._consumer.close()
        else:
            self._thread.join(max(0.0, deadline - time.monotonic()) + _CLOSING_SECONDS)

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        # It rests first: the call that logged the first event is not to wait for the interpreter.
        batch = None
        while not self._rest(batch):
            batch = self._consumer.step()
            self._upkeep()  # first, so that whoever waits goes on without the disk in his way
            with self._progress:
                self._progress.notify_all()
        self._consumer.close()

    def _rest(self, batch: AnyBatch | None) -> bool:
        """Waits for as long as it makes sense after a batch; returns whether all is over."""
        retry_at = self._consumer.retry_at
        if batch is not None:
            self._batches += 1
        if retry_at is not None:
            self._wait_until(retry_at)
        elif batch is None or not self._is_worth_going_on(batch):
            self._wake.wait(_RESTS[min(self._batches, len(_RESTS) - 1)])
        return self._stopping

    def _is_worth_going_on(self, batch: AnyBatch) -> bool:
        return self._consumer.hurried or batch.count >= WORTH_GOING_ON

    def _wait_until(self, moment: float) -> None:
        while (left := moment - time.monotonic()) > 0:
            if self._wake.wait(min(left, _UPKEEP_SECONDS)):
                return
            self._upkeep()
