"""The few points of a line that tell its shape."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_KEPT = 100
"""Points that are kept at most."""

TOLERANCE = 2e-3
"""How far a point may lie off the line without it: about a pixel, of axes from 0 to 1."""


def outline(x: NDArray[Any], y: NDArray[Any], most: int = MOST_KEPT) -> NDArray[Any]:
    """Positions of the points to keep: the first, the last, and the corners between them.

    The point that lies farthest off the line through those kept so far is kept next (Douglas &
    Peucker, 1973), until none lies off it visibly.

    Args:
        x: One coordinate of each of at least two points, between 0 and 1.
        y: The other coordinate.
        most: How many points to keep at most, from 2.
    """
    import numpy as np

    places = _apart(x, y)
    x, y = x[places], y[places]
    kept = [0, len(places) - 1]
    farthest: list[tuple[float, int, int, int]] = []

    def look_between(first: int, last: int) -> None:
        if last - first < 2:  # noqa: PLR2004 - there is no point between them
            return
        width, height = float(x[last] - x[first]), float(y[last] - y[first])
        length = math.hypot(width, height) or 1.0
        between = slice(first + 1, last)
        # How far each point lies to one side of the line, but for a constant.
        sides = y[between] * (width / length) - x[between] * (height / length)
        sides -= (y[first] * width - x[first] * height) / length
        corner = int(np.abs(sides, out=sides).argmax())
        if sides[corner] > TOLERANCE:
            heappush(farthest, (-float(sides[corner]), first, first + 1 + corner, last))

    look_between(*kept)
    while farthest and len(kept) < most:
        _, first, corner, last = heappop(farthest)
        kept.append(corner)
        look_between(first, corner)
        look_between(corner, last)
    return places[sorted(kept)]


def _apart(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The positions of points that are visibly apart: millions of them become a few thousand."""
    import numpy as np

    way = np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))
    stretch = (way * (2 / TOLERANCE)).astype(np.intp)
    apart = np.ones(len(x), dtype=bool)
    apart[1:-1] = np.diff(stretch, prepend=0)[:-1] != 0
    return np.flatnonzero(apart)
