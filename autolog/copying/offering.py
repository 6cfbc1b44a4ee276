"""Offers batches to a sink with some patience, in the thread that waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from autolog.delivery.quarantine import Quarantine
from autolog.delivery.retry import Backoff
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.registry import open_sink, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autolog.sinks.base import Batch, Sink

_ATTEMPTS = 4


class Offering:
    """A sink that is given batches, each until it takes it, or has failed four times in a row.

    Args:
        uri: The sink's URI. It is opened with the first batch.
        directory: The autolog directory.
        sleep: Waits for some seconds.

    Attributes:
        refused: How many events the sink will never take; they are in quarantine.
    """

    def __init__(
        self, uri: str, directory: Path, *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._uri = uri
        self._directory = directory
        self._sleep = sleep
        self._sink: Sink | None = None
        self.refused = 0

    def offer(self, batch: Batch) -> None:
        """Has the sink take a batch.

        Raises:
            SinkUnavailable: It does not, for the time being.
        """
        backoff = Backoff()
        failures = 0
        while batch.events:
            try:
                self._opened().write(batch)
            except RecordRejected as rejected:
                batch = self._without(batch, rejected)
            except SinkUnavailable as error:
                failures += 1
                if failures == _ATTEMPTS:
                    raise
                self._sleep(backoff.next_delay(error.retry_after))
            else:
                return

    def close(self) -> None:
        """Closes the sink, if it was ever opened."""
        if self._sink is not None:
            self._sink.close()

    def _opened(self) -> Sink:
        if self._sink is None:
            self._sink = open_sink(self._uri, self._directory)
        return self._sink

    def _without(self, batch: Batch, rejected: RecordRejected) -> Batch:
        place = batch.events.index(rejected.event)
        quarantine = Quarantine(self._directory, batch.journal, without_secrets(self._uri))
        quarantine.add_event(batch.positions[place], rejected.event, rejected.reason)
        self.refused += 1
        return batch.without(place)
