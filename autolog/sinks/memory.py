"""A sink that keeps events in a list: for tests, and for looking at what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Batch


class MemorySink:
    """Keeps what it is given, for as long as the process lives.

    Attributes:
        events: Every event, in the order of arrival.

    Example:
        >>> autolog(sink="memory:test")
        >>> MemorySink.named("memory:test").events
        []
    """

    exit_timeout = 5.0

    _sinks: ClassVar[dict[str, MemorySink]] = {}

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._ends: dict[str, int] = {}

    @classmethod
    def named(cls, uri: str) -> MemorySink:
        """The sink of a URI; it is made if there is none."""
        return cls._sinks.setdefault(uri, cls())

    @classmethod
    def forget(cls) -> None:
        """Lets go of all sinks and their events."""
        cls._sinks.clear()

    def write(self, batch: Batch) -> None:
        """Appends the events that it has not had."""
        self.events.extend(batch.after(self._ends.get(batch.journal, 0)).events)
        self._ends[batch.journal] = max(batch.end, self._ends.get(batch.journal, 0))

    def close(self) -> None:
        """Keeps the events: they are looked at afterwards."""


def open_sink(uri: str, directory: Path) -> MemorySink:
    """Opens the sink of a URI.

    Args:
        uri: `memory:name`.
        directory: The autolog directory, which this sink has no use for.
    """
    del directory
    return MemorySink.named(uri)
