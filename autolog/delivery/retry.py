"""How long to leave a sink alone that failed: full jitter, from one second up to a minute."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0


def _random_fraction() -> float:
    # Python's own generators belong to the user, and importing `random` takes a millisecond
    return int.from_bytes(os.urandom(4)) / 2**32


class Backoff:
    """Counts the failures in a row (https://aws.amazon.com/builders-library/ calls it full jitter).

    Args:
        fraction: Draws a number from 0 to 1.
    """

    def __init__(self, fraction: Callable[[], float] = _random_fraction) -> None:
        self._fraction = fraction
        self._failures = 0

    def next_delay(self, retry_after: float | None = None) -> float:
        """Notes a failure and tells for how many seconds to wait.

        Args:
            retry_after: Seconds that the sink asked for; never undercut.
        """
        longest = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return max(self._fraction() * longest, retry_after or 0.0)

    def reset(self) -> None:
        """Notes a success."""
        self._failures = 0
