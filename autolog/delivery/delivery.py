"""Takes events in and sees that they reach every sink."""

from __future__ import annotations

import os
import threading
import time
import weakref
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from autolog.delivery.background import BackgroundConsumer
from autolog.delivery.consumer import Consumer
from autolog.delivery.feed import Mark, Source
from autolog.delivery.writer import Writer
from autolog.guard import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from autolog.delivery.backlog import Backlog
    from autolog.delivery.journal import Journal
    from autolog.events import Event
    from autolog.sinks.base import Sink


class Delivery:
    """The journal of this process and the consumers that carry it to the sinks.

    Nothing touches the disk, and no thread is started, before the first event. A forked child
    begins anew: it has a journal of its own from its first event on, and nothing of its parent's
    is sent twice.

    Args:
        directory: The autolog directory.
        sinks: The URIs of the sinks.
        open_sink: Opens the sink of a URI, given the autolog directory.

    Attributes:
        emit: Keeps an event. Once it returns, the event survives the death of the process. It
            never raises an `Exception`, may be kept as long as one likes, and stays valid after
            a fork. After `close` an event goes to a new journal, which recovery delivers later.

    Example:
        >>> delivery = Delivery(Path(".autolog"), ["sqlite:"], open_sink=open_sink)
        >>> delivery.emit(event)
        >>> delivery.flush(timeout=5)
        True
    """

    emit: Callable[[Event], None]

    def __init__(
        self,
        directory: Path,
        sinks: Sequence[str],
        *,
        open_sink: Callable[[str, Path], Sink],
    ) -> None:
        self._directory = directory
        self._sinks = tuple(sinks)
        self._open_sink = open_sink
        self._writer = Writer(directory, self._sinks, self._start)
        self._closed = False
        self._start_anew()
        self.emit = self._writer.append
        os.register_at_fork(after_in_child=partial(_forget_parent, weakref.ref(self)))

    def _start_anew(self) -> None:
        self._consumers: tuple[BackgroundConsumer, ...] = ()
        self._starting = threading.Lock()

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything that was emitted before has reached every sink.

        Args:
            timeout: Seconds to wait. By default as long as the sinks take what they are given; a
                sink that fails then ends the wait.

        Returns:
            Whether everything has arrived.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        journal = self._writer.journal
        if journal is not None:
            self._start(journal)  # the thread that opened it may not have come to that yet
        return _wait(self._consumers, lambda _: deadline)

    def status(self) -> tuple[Backlog, ...]:
        """How each sink stands; empty before the first event."""
        return self._with_own_loss(consumer.backlog() for consumer in self._consumers)

    def close(self, timeout: float | None = None) -> tuple[Backlog, ...]:
        """Delivers what is there, and lets go of the journal.

        What could not be delivered in time stays on disk for recovery; what was only in memory
        is lost. Works, in the calling thread, where no thread can be started any more.

        Args:
            timeout: Seconds to wait; by default what each sink says of itself.

        Returns:
            What is left, one entry for each sink; empty if nothing was ever emitted.
        """
        started = time.monotonic()
        self._closed = True
        with self._starting:
            journal = self._writer.detach()
            consumers, self._consumers = self._consumers, ()
        if journal is None:
            return ()
        consumers = consumers or self._consumers_of(journal)

        def deadline(consumer: BackgroundConsumer) -> float:
            return started + (consumer.exit_timeout if timeout is None else timeout)

        arrived = _wait(consumers, deadline)
        for consumer in consumers:
            consumer.stop(deadline(consumer))
        left = self._with_own_loss(consumer.final_backlog() for consumer in consumers)
        with guard("closing its journal"):
            if not arrived:
                journal.sync(now=True)
            journal.close(remove=arrived)
        return left

    def _start(self, journal: Journal) -> None:
        with self._starting:
            if self._closed or self._consumers:
                return
            self._consumers = self._consumers_of(journal)
        for consumer in self._consumers:
            consumer.start()
        journal.much = self._hasten

    def _hasten(self) -> None:
        for consumer in self._consumers:
            consumer.hasten()

    def _consumers_of(self, journal: Journal) -> tuple[BackgroundConsumer, ...]:
        source = Source(
            journal.id, journal.folder, journal.position, journal.overflow, journal.stored
        )
        consumers: list[BackgroundConsumer] = []
        upkeep = partial(self._look_after, journal, consumers)
        for place, uri in enumerate(self._sinks):
            consumer = Consumer(uri, source, place, self._directory, open_sink=self._open_sink)
            consumers.append(BackgroundConsumer(consumer, upkeep))
        return tuple(consumers)

    def _look_after(self, journal: Journal, consumers: Sequence[BackgroundConsumer]) -> None:
        if self._closed:
            return  # the journal is about to be removed, or left as it is
        with guard("looking after its journal"):
            reached = [consumer.reached for consumer in consumers]
            lowest = Mark(min(mark.disk for mark in reached), min(mark.memory for mark in reached))
            journal.release(lowest.disk, lowest.memory)
            journal.sync()

    def _with_own_loss(self, backlogs: Iterable[Backlog]) -> tuple[Backlog, ...]:
        lost = self._writer.lost
        return tuple(replace(backlog, lost=backlog.lost + lost) for backlog in backlogs)

    def _forget_parent(self) -> None:
        # Kept for good: to finalise a connection in the child may disturb the parent's.
        _of_the_parent.append(self._consumers)
        self._start_anew()
        self._writer.forget_parent()


_of_the_parent: list[object] = []


def _forget_parent(reference: weakref.ref[Delivery]) -> None:
    delivery = reference()
    if delivery is not None:
        delivery._forget_parent()  # noqa: SLF001 - the fork hook must not keep the object alive


def _wait(
    consumers: Sequence[BackgroundConsumer],
    deadline_of: Callable[[BackgroundConsumer], float | None],
) -> bool:
    with ExitStack() as hurry:
        for consumer in consumers:
            hurry.enter_context(consumer.hurry())
        marks = [consumer.mark() for consumer in consumers]
        arrived = [
            consumer.wait_for(mark, partial(deadline_of, consumer))
            for consumer, mark in zip(consumers, marks, strict=True)
        ]
    return all(arrived)
