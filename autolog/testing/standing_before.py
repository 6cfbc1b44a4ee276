"""What proxies before a real server have in common: they listen in its place, or do not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

LONGEST_HANG = 120.0
"""Seconds after which nobody waits for an answer any more, whatever a test has forgotten."""


class StandingBefore(ABC):
    """Listens on a port of its own, always the same, until the block ends.

    Attributes:
        requests: How many requests came so far.
    """

    def __init__(self) -> None:
        self.requests = 0
        self._port = 0

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._release()
        self._stop_listening()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuses connections."""
        self._stop_listening()
        try:
            yield
        finally:
            self._listen()

    @abstractmethod
    def _listen(self) -> None:
        """Begins to take connections, at the port that it has had before."""

    @abstractmethod
    def _stop_listening(self) -> None:
        """Refuses connections from now on."""

    @abstractmethod
    def _release(self) -> None:
        """Lets go of whoever it keeps waiting."""
