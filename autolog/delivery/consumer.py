"""Carries one journal to one sink: read, write, advance the cursor, batch by batch."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.codec import Undecodable
from autolog.delivery.backlog import Backlog
from autolog.delivery.feed import Feed, Source
from autolog.delivery.pace import Pace
from autolog.delivery.quarantine import Quarantine
from autolog.delivery.retry import Backoff
from autolog.errors import DiskFull, RecordRejected, SinkUnavailable
from autolog.fork_gate import fork_gate
from autolog.full_disk import say_disk_full
from autolog.saying import say_once
from autolog.sinks.base import OutOfProcessSink, UndecodedBatch
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autolog.sinks.base import AnyBatch, Batch, Sink

_EXIT_TIMEOUT = 5.0
_FAILURES_WORTH_A_WORD = 2

WORTH_GOING_ON = 1000
"""A batch of so many events is worth being followed by the next one at once."""


class Consumer:
    """What one sink is given of one journal, and how it took it.

    Args:
        uri: The sink's URI.
        source: The journal.
        place: The sink's place in the journal's list of sinks.
        directory: The autolog directory.
        open_sink: Opens the sink. It is opened with the first batch.

    Attributes:
        name: The sink's URI without secrets.
        feed: What the sink is fed.
        error: Why the last attempt failed, or None.
        retry_at: When it may be tried again, by `time.monotonic`, or None for at once.
    """

    def __init__(
        self,
        uri: str,
        source: Source,
        place: int,
        directory: Path,
        *,
        open_sink: Callable[[str, Path], Sink],
    ) -> None:
        self.name = without_secrets(uri)
        self._open_sink = partial(open_sink, uri, directory)
        self._quarantine = Quarantine(directory, source.id, self.name)
        self.feed = Feed(
            source,
            place,
            pause=Pace(lambda: self._hurried > 0),
            undecodable=self._quarantine.add_payload,
        )
        self.error: str | None = None
        self._failures = 0
        self.retry_at: float | None = None
        self._backoff = Backoff()
        self._hurried = 0
        self._pending: AnyBatch | None = None
        self._sink: Sink | None = None
        self._turn = threading.Lock()
        self._counting = threading.Lock()

    @property
    def exit_timeout(self) -> float:
        """Seconds that a process which ends may wait for this sink."""
        return _EXIT_TIMEOUT if self._sink is None else self._sink.exit_timeout

    @property
    def works_elsewhere(self) -> bool:
        """Whether the sink is open, and in another process."""
        return isinstance(self._sink, OutOfProcessSink)

    @property
    def lost(self) -> int:
        """Events that the sink will never get."""
        return self._quarantine.count + self.feed.lost

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """While somebody waits: no rests, and a failure is tried again at once."""
        with self._counting:
            self._hurried += 1
        self.retry_at = None
        try:
            yield
        finally:
            with self._counting:
                self._hurried -= 1

    @property
    def hurried(self) -> bool:
        """Whether somebody waits."""
        return self._hurried > 0

    def step(self) -> AnyBatch | None:
        """Carries the next batch; None where there is none, or where it failed (see `error`)."""
        with self._turn:
            try:
                batch = self._pending or self.feed.read()
                if batch is not None:
                    self._pending = batch
                    self._write(batch)
                    self.feed.confirm(batch)
            except Exception as error:  # whatever a sink does, the events are kept for later
                self._fail(error)
                return None
            self._succeed()
            return batch

    def drain(self, deadline: float | None = None) -> bool:
        """Carries, in the calling thread, all that has been logged so far.

        Args:
            deadline: When to begin no further batch, by `time.monotonic`.

        Returns:
            Whether the sink has had everything; False as soon as it fails.
        """
        mark = self.feed.mark()
        while not self.feed.has_reached(mark):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            if self.step() is None and self.error is not None:
                return False
        return True

    def is_hopeless(self, deadline: float | None) -> bool:
        """Whether the sink failed, and is not tried again before the deadline (None: at all)."""
        retry_at = self.retry_at
        return retry_at is not None and (deadline is None or retry_at > deadline)

    def close(self) -> None:
        """Closes the sink, if it was ever opened."""
        with self._turn:
            sink, self._sink = self._sink, None
            if sink is None:
                return
            try:
                sink.close()
            except Exception as error:
                self._fail(error)

    def backlog(self) -> Backlog:
        """What the sink still lacks."""
        return Backlog(self.name, self.feed.waiting(), self.lost, self.error)

    def _write(self, batch: AnyBatch) -> None:
        if self._sink is None:
            with fork_gate.importing():
                self._sink = self._open_sink()
            if isinstance(self._sink, OutOfProcessSink):
                self._sink.following = self._following
                self.feed.undecoded = self._sink.takes_undecoded
        write: Callable[[Any], None] = self._sink.write
        while batch.count:
            fork_gate.wait()
            try:
                write(batch)
            except RecordRejected as rejected:
                batch = self._pending = self._without(batch, rejected)
            except Undecodable:
                if not isinstance(batch, UndecodedBatch):
                    raise
                batch = self._pending = self.feed.read_again(batch)
            else:
                return

    def _following(self, place: int) -> AnyBatch | None:
        """What comes after the pending batch, where there is enough to go on with at once."""
        if self._pending is None or self._pending.count < WORTH_GOING_ON:
            return None
        try:
            # nobody who waits is to wait for more to come
            if self.hurried or self.feed.is_ahead(place) or self.feed.has_much_more():
                return self.feed.read_ahead(place)
        except OSError:  # which comes again when it is its turn
            pass
        return None

    def _without(self, batch: AnyBatch, rejected: RecordRejected) -> Batch:
        if isinstance(batch, UndecodedBatch):
            batch = batch.decoded()
        if rejected.event not in batch.events:
            raise SinkUnavailable(f"refused an event that it was not given: {rejected}")
        place = batch.events.index(rejected.event)
        self._quarantine.add_event(batch.positions[place], rejected.event, rejected.reason)
        return batch.without(place)

    def _succeed(self) -> None:
        self._pending = None
        self.error = self.retry_at = None
        self._failures = 0
        self._backoff.reset()

    def _fail(self, error: Exception) -> None:
        retry_after = error.retry_after if isinstance(error, SinkUnavailable) else None
        self.error = str(error) or type(error).__name__
        self._failures += 1
        self.retry_at = time.monotonic() + self._backoff.next_delay(retry_after)
        if isinstance(error, DiskFull):
            say_disk_full(error.path)
            return
        # where the disk refused the journal too, that was said, with what to do about it
        # and a failure that does not come again is not worth a word
        if self._failures == _FAILURES_WORTH_A_WORD and not self.feed.waiting_in_memory():
            say_once(
                f"autolog cannot write to the sink {self.name} ({self.error.removesuffix('.')}); "
                "its records are kept, and it is tried again until it can. `autolog doctor` shows "
                "how it stands."
            )
