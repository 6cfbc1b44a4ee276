"""Passes on what concerns an artifact store, and nothing of the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.events import ArtifactStored
from autolog.sinks.base import Batch

if TYPE_CHECKING:
    from autolog.events import Event
    from autolog.sinks.base import Sink


class SelectingSink:
    """Gives another sink the files that belong into its store, one at a time.

    Args:
        store: The URL of the store, without secrets.
        uploads: What uploads them.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, store: str, uploads: Sink) -> None:
        self._within = f"{store}/"
        self._uploads = uploads

    def write(self, batch: Batch) -> None:
        """Has the files uploaded that a batch tells of.

        Raises:
            SinkUnavailable: The store does not take one of them now.
        """
        for event, position in zip(batch.events, batch.positions, strict=True):
            if self._concerns(event):
                self._uploads.write(Batch(batch.journal, (event,), (position,), position + 1))

    def close(self) -> None:
        """Ends the uploading."""
        self._uploads.close()

    def _concerns(self, event: Event) -> bool:
        return (
            isinstance(event, ArtifactStored)
            and event.location is not None
            and event.location.startswith(self._within)
        )
