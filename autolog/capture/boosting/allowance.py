"""What an evaluation that nobody asked for may take."""

from __future__ import annotations

import time

_FREE_SECONDS = 0.002
_FREE_SHARE = 0.01


class Allowance:
    """Two milliseconds, or one hundredth of what the training has taken since this was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def covers(self, seconds: float) -> bool:
        """Whether an evaluation is worth so little time that it may be made.

        Args:
            seconds: What it is expected to take.
        """
        return seconds <= max(_FREE_SECONDS, _FREE_SHARE * (time.perf_counter() - self._began))
