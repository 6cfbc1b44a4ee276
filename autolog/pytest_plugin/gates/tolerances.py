"""How much worse than its baseline a metric may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_RUNS = 5
"""How many earlier runs it takes to tell how far a metric scatters."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is allowed; of several, the one that allows most. Without any, nothing is.

    Attributes:
        abs: By how much it may be worse, in the metric's own unit.
        rel: By which part of the baseline, such as 0.01 for a hundredth.
        spread: By how many standard deviations of earlier runs; it may be worse than their mean
            by that, once there are five of them.

    Raises:
        ValueError: One of them is negative or no number.
    """

    abs: float | None = None
    rel: float | None = None
    spread: float | None = None

    def __post_init__(self) -> None:
        for name in ("abs", "rel", "spread"):
            size = getattr(self, name)
            if size is not None and not (size >= 0 and math.isfinite(size)):
                raise ValueError(f"{name} is {size}: a tolerance is a number from 0 on")

    def scatters(self, earlier: Sequence[float]) -> bool:
        """Whether the spread of earlier runs counts.

        Args:
            earlier: The metric's values in earlier runs.
        """
        return self.spread is not None and len(earlier) >= FEWEST_RUNS

    @property
    def of_spread_alone(self) -> bool:
        """Whether nothing is known without earlier runs."""
        return self.spread is not None and self.abs is None and self.rel is None

    def allowed(self, reference: float, earlier: Sequence[float] = ()) -> float:
        """By how much the metric may be worse than what it is compared with.

        Args:
            reference: What it is compared with.
            earlier: The metric's values in earlier runs, for the spread.
        """
        sizes = [self.abs or 0.0, (self.rel or 0.0) * math.fabs(reference)]
        if self.scatters(earlier):
            import statistics

            sizes.append((self.spread or 0.0) * statistics.stdev(earlier))
        return max(sizes)

    def __str__(self) -> str:
        sizes = {
            "": self.abs,
            " %": None if self.rel is None else 100 * self.rel,
            " sd": self.spread,
        }
        given = [f"{size:g}{unit}" for unit, size in sizes.items() if size is not None]
        return " or ".join(given) or "nothing"
