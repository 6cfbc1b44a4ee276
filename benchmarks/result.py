"""A result: what one contender took for one subject, and how much single measurements differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Role = Literal["bare", "limit", "autolog", "peer"]
Goal = Literal["total", "added", "rate"]

BY = ", by "
"""What stands, in the name of something that grows, before what it grows with."""

BARE = "bare"
"""The name of the contender that records nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured, in one unit.

    Attributes:
        subject: What was done, as the table calls it.
        contender: Who did it.
        role: What the contender is in the comparison; a limit is a line to reach.
        unit: The unit of all values.
        median: The median of the measurements; None where there is no value, which `note` explains.
        low: Their lower quartile.
        high: Their upper quartile.
        count: How many measurements there are.
        goal: What autolog is to reach, in the same unit.
        goal_of: What the goal bounds: `total`, the value; `added`, what it is above that of `bare`;
            `rate`, a value that must not fall below it.
        more_is_better: Whether a larger value is the better one.
        growth: What the subject is a point of, where it is a point of a curve: what, `BY`, and what
            it grows with.
        at: Where the point stands on the curve's horizontal axis.
        note: What a reader needs to know besides.
    """

    subject: str
    contender: str
    role: Role
    unit: str
    median: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 1
    goal: float | None = None
    goal_of: Goal = "total"
    more_is_better: bool = False
    growth: str = ""
    at: float | None = None
    note: str = ""

    @property
    def spread(self) -> float | None:
        """The distance of the quartiles, as a share of the median."""
        if not self.median or self.low is None or self.high is None:
            return None
        return (self.high - self.low) / abs(self.median)

    @property
    def undisturbed(self) -> float | None:
        """The better quartile: other programs make measurements worse, and none better."""
        quartile = self.high if self.more_is_better else self.low
        return self.median if quartile is None else quartile

    def as_json(self) -> dict[str, Any]:
        """What the results file holds, without what says nothing."""
        defaults = {each.name: each.default for each in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median, and the upper quartile."""
    ascending = sorted(values)
    last = len(ascending) - 1
    return ascending[round(0.25 * last)], median(ascending), ascending[round(0.75 * last)]


def measured(values: Sequence[float], **facts: Any) -> Result:
    """The result of some measurements.

    Args:
        values: The measurements.
        facts: What `Result` holds besides.
    """
    low, middle, high = quartiles(values)
    return Result(median=middle, low=low, high=high, count=len(values), **facts)


def beside_bare(
    bare: Sequence[float], values: Sequence[float], typical: float | None = None, **facts: Any
) -> Result:
    """The result of measurements that were taken in turn with bare ones.

    The load of a machine comes and goes: what is added is compared within each turn, and told on
    top of what is typical of the bare ones.

    Args:
        bare: The bare measurements, turn by turn.
        values: The contender's.
        typical: What is typical of the bare ones, where others tell that better; by default their
            median.
        facts: What `Result` holds besides.
    """
    base = median(bare) if typical is None else typical
    return measured([base + one - plain for one, plain in zip(values, bare, strict=True)], **facts)


def unmeasured(why: str, **facts: Any) -> Result:
    """A contender of which there is no value.

    Args:
        why: What the table says in its place.
        facts: What `Result` holds besides.
    """
    return Result(count=0, note=why, **facts)
