"""Times single calls, and describes many times by their quantiles."""

from __future__ import annotations

from array import array
from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SHORT_MS = 100.0
_SHORT_ONES = 5


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


def typical(measured: Callable[[], tuple[Any, float]]) -> tuple[Any, float]:
    """Of what takes long one measurement, and else the median of some, behind one to warm up.

    Args:
        measured: Makes something, and gives it with the milliseconds that this took.
    """
    made, found = measured()
    if found >= _SHORT_MS:
        return made, found
    return made, median(measured()[1] for _ in range(_SHORT_ONES))
