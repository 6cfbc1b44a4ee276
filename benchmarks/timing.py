"""Times single calls, and describes many times by their quantiles."""

from __future__ import annotations

from array import array
from time import perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def durations_ns(call: Callable[[int], object], count: int) -> Sequence[int]:
    """Times `count` calls one by one, back to back.

    Args:
        call: Called with its number, from 0.
        count: How many calls.

    Returns:
        Nanoseconds, ascending.
    """
    # a flat array: a list would make objects, and the garbage collector look at them
    durations = array("q", bytes(8 * count))
    for number in range(count):
        started = perf_counter_ns()
        call(number)
        durations[number] = perf_counter_ns() - started
    return sorted(durations)


def quantile(ascending: Sequence[float], share: float) -> float:
    """The value that a share of all values does not exceed."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
