"""One measured figure, beside what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is to reach.

    Attributes:
        bound: The bound, in the figure's unit.
        of: What is bounded: `total`, autolog's own value; `added`, what it adds to the bare one;
            `rate`, a value that must not fall below the bound.
    """

    bound: float
    of: Literal["total", "added", "rate"] = "total"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in one unit.

    Attributes:
        what: The thing measured, as the table calls it.
        unit: The unit of all values.
        autolog: With autolog.
        bare: Without it, or the primitive that does the least that is necessary.
        bare_is: What `bare` is.
        goal: What is to be reached.
        ratio_limit: The cost in units of `bare` that a gate lets pass; None where none is set.
    """

    what: str
    unit: str
    autolog: float
    bare: float | None = None
    bare_is: str = ""
    goal: Goal | None = None
    ratio_limit: float | None = None

    @property
    def added(self) -> float | None:
        """What autolog adds to the bare value; None for rates and where there is none."""
        if self.bare is None or self._is_rate:
            return None
        return self.autolog - self.bare

    @property
    def ratio(self) -> float | None:
        """Autolog's cost in units of the bare one; above 1 is dearer, for rates too."""
        if not self.bare or not self.autolog:
            return None
        return self.bare / self.autolog if self._is_rate else self.autolog / self.bare

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        if self.goal.of == "rate":
            return self.autolog >= self.goal.bound
        value = self.added if self.goal.of == "added" else self.autolog
        return value is not None and value <= self.goal.bound

    @property
    def is_too_dear(self) -> bool:
        """Whether the ratio is beyond its limit."""
        limit, ratio = self.ratio_limit, self.ratio
        return limit is not None and (ratio is None or ratio > limit)

    @property
    def _is_rate(self) -> bool:
        return self.goal is not None and self.goal.of == "rate"
