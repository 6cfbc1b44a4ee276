"""When two outcomes of a test are a difference, and when the test is merely unsteady."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tools.transparency.trial import Outcome, Trial, run_module

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPETITIONS = 3

Ends: TypeAlias = tuple[Outcome, Outcome]
"""How a test ended, bare and recorded."""


@dataclass(frozen=True)
class Pair:
    """The tests of a module, bare and recorded."""

    bare: Trial
    recorded: Trial

    def ends(self, test: str) -> Ends:
        """How a test ended, bare and recorded."""
        return self.bare.outcome(test), self.recorded.outcome(test)

    def differs(self, test: str) -> bool:
        """Whether it ended otherwise when it was recorded."""
        bare, recorded = self.ends(test)
        return bare.kind != recorded.kind

    def differing(self) -> list[str]:
        """The tests that ended otherwise, but for those that a killed process left undone."""
        tests = [*self.bare.outcomes]
        if not self.bare.trouble:
            tests += [test for test in self.recorded.outcomes if test not in self.bare.outcomes]
        if self.recorded.trouble:
            tests = [test for test in tests if test in self.recorded.outcomes]
        return [test for test in tests if self.differs(test)]

    def failing(self) -> dict[str, Outcome]:
        """The tests that fail, recorded or not."""
        return {
            test: outcome
            for test, outcome in self.bare.outcomes.items()
            if outcome.kind in {"failed", "error"} and not self.differs(test)
        }


@dataclass(frozen=True)
class Verdict:
    """What is left of the differences of a module, once their tests have run again.

    Attributes:
        differences: How each test ended every time that ends otherwise when it is recorded.
        unsteady: The same of each test that does so now and then, or without autolog too.
    """

    differences: Mapping[str, Sequence[Ends]] = field(default_factory=dict)
    unsteady: Mapping[str, Sequence[Ends]] = field(default_factory=dict)


def judge(module: str, pair: Pair, *, limit: float) -> Verdict:
    """Runs the tests that ended otherwise again.

    A test is a difference if it ends otherwise each time that it runs without the others of its
    module; or, since it may depend on those before it, once more among all of them.

    Args:
        module: The module's dotted name.
        pair: All its tests, bare and recorded.
        limit: Seconds after which a process is killed.
    """
    evidence = {test: [pair.ends(test)] for test in pair.differing()}
    suspects = set(evidence)
    for _ in range(REPETITIONS):
        if suspects:
            suspects = _repeat(module, suspects, evidence, limit, alone=True)
    acquitted = {test for test in set(evidence) - suspects if _is_steady(evidence[test])}
    if acquitted:
        suspects |= _repeat(module, acquitted, evidence, limit, alone=False)
    differences = {test for test in suspects if _is_steady(evidence[test])}
    return Verdict(
        {test: ends for test, ends in evidence.items() if test in differences},
        {test: ends for test, ends in evidence.items() if test not in differences},
    )


def _repeat(
    module: str, tests: set[str], evidence: Mapping[str, list[Ends]], limit: float, *, alone: bool
) -> set[str]:
    """Runs tests again, without the others or among all; those that end otherwise again."""
    only = tests if alone else None
    again = Pair(
        run_module(module, recorded=False, limit=limit, only=only),
        run_module(module, recorded=True, limit=limit, only=only),
    )
    for test in tests:
        evidence[test].append(again.ends(test))
    return {test for test in tests if again.differs(test)}


def _is_steady(ends: Sequence[Ends]) -> bool:
    """Whether a test ended in the same way whenever it was bare."""
    return len({bare.kind for bare, _ in ends}) == 1
