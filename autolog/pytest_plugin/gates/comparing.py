"""Compares a test's metric with its baseline."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from autolog.pytest_plugin.gates.tolerances import FEWEST_RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.pytest_plugin.gates.tolerances import Tolerance

ROUNDING = 1e-9
"""The part of a metric that does not count: other processors compute other last digits."""


class Verdict(StrEnum):
    """What came of a comparison."""

    PASSED = "passed"
    FAILED = "FAILED"
    NO_BASELINE = "no baseline"
    WRITTEN = "written"
    KEPT = "kept"  # the baseline, since the test has not passed


@dataclass(frozen=True, slots=True)
class Gate:
    """What a metric has to hold.

    Attributes:
        metric: Its name.
        higher_is_better: Which way is worse.
        tolerance: How much worse than its baseline it may be.
        option: The part of `--autolog-fail` that asks for it; None for a `check` in a test.
    """

    metric: str
    higher_is_better: bool
    tolerance: Tolerance
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a metric is compared with.

    Attributes:
        value: Its value.
        source: Where that is from, for people.
    """

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of a metric with its baseline.

    Attributes:
        metric: The metric's name.
        verdict: What came of it.
        now: Its value; None where the test has not recorded it.
        baseline: What it was compared with; None where there was nothing.
        source: Where that is from, or was looked for.
        allowed: By how much it might have been worse.
        tolerance: The same as it was asked for, for people.
        higher_is_better: Which way is worse.
        option: The part of `--autolog-fail` that asked for it.
        earlier: Its values in earlier runs, where their spread was asked for, the oldest first.
    """

    metric: str
    verdict: Verdict
    now: float | None
    baseline: float | None
    source: str
    allowed: float
    tolerance: str
    higher_is_better: bool
    option: str | None
    earlier: tuple[float, ...] | None

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Check:
        """The check that `record` has told of, perhaps in another process."""
        earlier = record["earlier"]
        verdict = Verdict(record["verdict"])
        earlier = None if earlier is None else tuple(earlier)
        return cls(**{**record, "verdict": verdict, "earlier": earlier})

    def record(self) -> dict[str, Any]:
        """The check as plain values, which travel between processes."""
        earlier = None if self.earlier is None else list(self.earlier)
        return {**asdict(self), "verdict": str(self.verdict), "earlier": earlier}

    @property
    def change(self) -> float | None:
        """By how much the metric is more than its baseline, if both are known."""
        if self.now is None or self.baseline is None:
            return None
        return self.now - self.baseline

    def change_text(self) -> str:
        """The change for people: as a part of the baseline, where that is not 0."""
        if self.change is None or self.baseline is None:
            return ""
        if abs(self.change) <= ROUNDING * abs(self.baseline):
            return "0 %"
        if math.isfinite(self.change) and self.baseline:
            return f"{100 * self.change / abs(self.baseline):+.3g} %"
        return f"{self.change:+.4g}"

    def words(self) -> str:
        """All of it in a line."""
        now = "not recorded" if self.now is None else number(self.now)
        if self.baseline is None:
            return f"{self.verdict}: {now}; {self.source}"
        return (
            f"{self.verdict}: {now}, baseline {number(self.baseline)} ({self.source}), "
            f"change {self.change_text() or 'unknown'}, allowed {self.tolerance}"
        )

    def message(self) -> str:
        """What is wrong, for whoever reads why a test has failed."""
        if self.now is None:
            known = "" if self.baseline is None else f" Its baseline is {number(self.baseline)}."
            return f"This test has recorded no metric {self.metric!r}.{known}"
        if math.isnan(self.now):
            return f"{self.metric} is nan, which is no number."
        if self.baseline is None:
            return (
                f"{self.metric} is {number(self.now)}, and there is nothing to compare it with: "
                f"{self.source}."
            )
        way = "falls below" if self.higher_is_better else "exceeds"
        return (
            f"{self.metric} is {number(self.now)}, which {way} its baseline "
            f"{number(self.baseline)} ({self.source}) by {number(abs(self.now - self.baseline))} "
            f"({self.change_text()}); allowed is {self.tolerance}."
        )


def evaluate(
    gate: Gate,
    now: float | None,
    baseline: Baseline | None,
    *,
    missing: str,
    earlier: Sequence[float],
) -> Check:
    """Compares a metric with its baseline.

    Where the spread of earlier runs counts, it is compared with their mean.

    Args:
        gate: What it has to hold.
        now: Its value; None where the test has not recorded it.
        baseline: What it is compared with, if there is anything.
        missing: Why there is nothing, if so.
        earlier: Its values in earlier runs, the oldest first.
    """
    tolerance = gate.tolerance
    if baseline is not None and tolerance.scatters(earlier):
        import statistics

        mean = statistics.fmean(earlier)
        baseline = Baseline(mean, f"the mean of {len(earlier)} runs")
    elif baseline is not None and tolerance.of_spread_alone:
        missing = f"a spread takes {FEWEST_RUNS} earlier runs, and there are {len(earlier)}"
        baseline = None
    allowed = 0.0 if baseline is None else tolerance.allowed(baseline.value, earlier)
    return Check(
        metric=gate.metric,
        verdict=_verdict(gate, now, baseline, allowed),
        now=now,
        baseline=None if baseline is None else baseline.value,
        source=missing if baseline is None else baseline.source,
        allowed=allowed,
        tolerance=str(tolerance),
        higher_is_better=gate.higher_is_better,
        option=gate.option,
        earlier=tuple(earlier) if tolerance.spread is not None else None,
    )


def _verdict(gate: Gate, now: float | None, baseline: Baseline | None, allowed: float) -> Verdict:
    if now is None or math.isnan(now):  # worse than anything
        return Verdict.FAILED
    if baseline is None:
        return Verdict.NO_BASELINE
    reference = baseline.value
    worse = reference - now if gate.higher_is_better else now - reference
    slack = ROUNDING * max(abs(reference), allowed)
    return Verdict.PASSED if worse <= allowed + slack else Verdict.FAILED


def number(value: float) -> str:
    """A metric's value for people."""
    return f"{value:.6g}"
