"""Keeps a background thread from holding on to the interpreter while the user's code trains."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WORK_SECONDS = 0.0005
_REST_SECONDS = 0.0002


class Pace:
    """Rests for a moment after each slice of work, unless somebody waits for the work.

    Args:
        hurried: Whether somebody waits.
    """

    def __init__(self, hurried: Callable[[], bool]) -> None:
        self._hurried = hurried
        self._since = time.perf_counter()

    def __call__(self) -> None:
        """Rests if the slice of work is over; to be called every few dozen microseconds."""
        if time.perf_counter() - self._since >= _WORK_SECONDS and not self._hurried():
            time.sleep(_REST_SECONDS)
            self._since = time.perf_counter()
