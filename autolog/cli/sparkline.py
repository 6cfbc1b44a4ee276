"""Draws a metric's history as one line of text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_NOT_FINITE = "·"


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """The course of a series of values, from its lowest to its highest.

    A longer series is cut into `width` stretches and drawn by their means; what is not finite is
    left out of a stretch, or shown as a dot where there is nothing else.

    Example:
        >>> sparkline([1, 2, 4, 8])
        '▁▂▄█'
    """
    means = [_mean(stretch) for stretch in _stretches(values, width)]
    finite = [mean for mean in means if math.isfinite(mean)]
    if not finite:
        return _NOT_FINITE * len(means)
    lowest, highest = min(finite), max(finite)
    return "".join(_block(mean, lowest, highest) for mean in means)


def _stretches(values: Sequence[float], width: int) -> list[Sequence[float]]:
    if len(values) <= width:
        return [[value] for value in values]
    edges = [index * len(values) // width for index in range(width + 1)]
    return [values[edges[index] : edges[index + 1]] for index in range(width)]


def _mean(stretch: Sequence[float]) -> float:
    finite = [value for value in stretch if math.isfinite(value)]
    if not finite:
        return math.nan
    # In shares of the largest, since a sum of very large values would overflow.
    largest = max(map(abs, finite))
    if largest == 0:
        return 0.0
    return largest * (math.fsum(value / largest for value in finite) / len(finite))


def _block(value: float, lowest: float, highest: float) -> str:
    if not math.isfinite(value):
        return _NOT_FINITE
    # Halved, since the range between two very large values would overflow.
    whole = highest / 2 - lowest / 2
    if whole == 0:
        return _BLOCKS[0]
    share = (value / 2 - lowest / 2) / whole
    return _BLOCKS[min(int(share * len(_BLOCKS)), len(_BLOCKS) - 1)]
