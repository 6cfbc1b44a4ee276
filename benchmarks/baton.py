"""Fresh processes that pass a baton round: only the one that holds it goes on, and is timed.

The pace of a machine that others share changes by half, for minutes or for milliseconds. Turns of
some milliseconds meet the same pace.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BATON = b"."
_LOST = "another process has ended, and the baton with it"


class Baton:
    """The baton as one process sees it, with the time that the process has had it.

    Args:
        comes_from: The descriptor that the process before writes to.
        goes_to: The descriptor that the process after reads from.
    """

    def __init__(self, comes_from: int, goes_to: int) -> None:
        self._comes_from = comes_from
        self._goes_to = goes_to
        self._seconds = 0.0
        self._since = 0.0

    def take(self) -> None:
        """Waits until it is this process's turn.

        Raises:
            Failed: Another process has ended.
        """
        if os.read(self._comes_from, 1) != _BATON:
            raise Failed(_LOST)

    def hand_on(self) -> None:
        """Has the next process go on."""
        with suppress(BrokenPipeError):  # it has done all that it was to do
            os.write(self._goes_to, _BATON)

    def start_clock(self) -> None:
        """Counts time from now on, from zero."""
        self._seconds = 0.0
        self._since = perf_counter()

    def send_round(self) -> None:
        """Has each of the other processes go on for one turn, while the clock stands still."""
        self._seconds += perf_counter() - self._since
        self.hand_on()
        self.take()
        self._since = perf_counter()

    def milliseconds(self) -> float:
        """What the clock has counted until now."""
        return (self._seconds + perf_counter() - self._since) * 1e3


def with_baton(function: Callable[..., Any], each: Sequence[Sequence[Any]]) -> list[Any]:
    """What a function gives in fresh processes that are there at the same time, in their order.

    Args:
        function: One of a module of the benchmarks. It is given the two descriptors of its `Baton`,
            and then its own arguments.
        each: The arguments of each process, of what JSON can hold. The first has the baton first.

    Raises:
        Failed: The function has raised in one of them.
    """
    pipes = [os.pipe() for _ in each]
    comes_from = [reads for reads, _ in pipes]
    goes_to = [writes for _, writes in (*pipes[1:], pipes[0])]
    os.write(goes_to[-1], _BATON)
    with ThreadPoolExecutor(len(each)) as threads:
        started = [
            threads.submit(_one, function, ends, arguments)
            for *ends, arguments in zip(comes_from, goes_to, each, strict=True)
        ]
    failures = [future.exception() for future in started]
    for failure in sorted(filter(None, failures), key=lambda failure: _LOST in str(failure)):
        raise failure
    return [future.result() for future in started]


def _one(function: Callable[..., Any], ends: Sequence[int], arguments: Sequence[Any]) -> Any:
    try:
        return apart(function, *ends, *arguments, descriptors=ends)
    finally:
        for end in ends:
            os.close(end)  # those who wait for the baton are to see that it does not come
