"""Fails where autolog costs more than its budgets allow, beside primitives of the same run.

    python -m benchmarks.budgets [QUESTION or SUBJECT ...]

measures what `budgets.toml` names, for seconds only, or the named questions and subjects of it.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale import CHECK
from benchmarks.suite import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.result import Result

BUDGETS = Path(__file__).with_name("budgets.toml")
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that a contender may cost, in units of another.

    Attributes:
        question: The question whose answer tells both.
        subject: What both did.
        contender: Whose cost it is.
        beside: The unit.
        at_most: The most that it may cost in all; None where only what is added is bounded.
        added_at_most: The most that it may add to the bare one: in units of that, or else of what
            the other adds.
    """

    question: str
    subject: str
    contender: str
    beside: str
    at_most: float | None = None
    added_at_most: float | None = None

    @property
    def limit(self) -> float:
        """The ratio that is not to be exceeded.

        Raises:
            ValueError: There is none, or two.
        """
        limits = [limit for limit in (self.at_most, self.added_at_most) if limit is not None]
        if len(limits) != 1:
            raise ValueError(f"{self.subject}, {self.contender}: one limit is needed.")
        return limits[0]

    def ratio(self, results: Iterable[Result]) -> float | None:
        """What the contender costs, in units of the other; None where it was not measured.

        Args:
            results: What answers the question.
        """
        of_subject = {one.contender: one for one in results if one.subject == self.subject}
        try:
            ours, unit = of_subject[self.contender], of_subject[self.beside]
        except KeyError:
            return None
        if not ours.undisturbed or not unit.undisturbed or not unit.median:
            return None
        if self.added_at_most is not None:
            (bare,) = (one for one in of_subject.values() if one.role == "bare")
            if unit is bare:
                # differences within turns stand on top of the median of the bare ones
                return (ours.undisturbed - unit.median) / unit.median
            least = unit.undisturbed - (bare.undisturbed or 0.0)
            added = ours.undisturbed - (bare.undisturbed or 0.0)
            return added / least if least > 0 else None
        if ours.more_is_better:
            return unit.undisturbed / ours.undisturbed
        return ours.undisturbed / unit.undisturbed


def budgets() -> list[Budget]:
    """What the file says."""
    told = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))
    return [Budget(**budget) for budget in told["budget"]]


def least_ratios(question: str, wanted: Sequence[Budget]) -> dict[Budget, float]:
    """The least ratio of each budget over some attempts, of which the first that is good ends them.

    Other programs on the machine make an attempt worse, never better; what costs more, costs more
    in each attempt. Only what was not good enough is measured again.

    Args:
        question: What is measured.
        wanted: Its budgets.
    """
    least = dict.fromkeys(wanted, float("inf"))
    left = list(wanted)
    for _ in range(_ATTEMPTS):
        subjects = frozenset(budget.subject for budget in left)
        results = answer(question, CHECK._replace(subjects=subjects)).results
        for budget in left:
            ratio = budget.ratio(results)
            if ratio is not None:
                least[budget] = min(least[budget], ratio)
        left = [budget for budget in left if least[budget] > budget.limit]
        if not left:
            break
    return least


def main(names: Sequence[str]) -> int:
    """Prints every ratio beside its limit; 1 where one is exceeded.

    Args:
        names: The questions and subjects whose budgets are looked at; none for all.
    """
    by_question: dict[str, list[Budget]] = {}
    for budget in budgets():
        if names and budget.question not in names and budget.subject not in names:
            continue
        by_question.setdefault(budget.question, []).append(budget)
    breached = 0
    for question, wanted in by_question.items():
        for budget, ratio in least_ratios(question, wanted).items():
            is_breach = ratio > budget.limit
            breached += is_breach
            what = "adds" if budget.added_at_most is not None else "costs"
            print(
                f"{'BREACH' if is_breach else 'ok':6}  {budget.subject}: {budget.contender} {what} "
                f"{ratio:.2f} x {budget.beside}, at most {budget.limit:g} x is allowed",
                flush=True,
            )
    return int(breached > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
