"""Results beside each other, in words: what tables in a terminal and in Markdown show alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.result import Result, Role


class Row(NamedTuple):
    """One contender, in words.

    Attributes:
        contender: Its name.
        role: What it is in the comparison.
        median: The median with its unit, or why there is none.
        quartiles: The lower and the upper one.
        measurements: How many there are.
        ratio: How many times as much as the bare one.
        added: What is added to the bare one.
        goal: The goal, and whether it is reached.
        note: What a reader needs to know besides.
    """

    contender: str
    role: Role
    median: str
    quartiles: str
    measurements: str
    ratio: str
    added: str
    goal: str
    note: str


def by_subject(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Results by what they tell of, in the order in which both came."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.subject, []).append(result)
    return found


def compared(results: Iterable[Result]) -> dict[str, list[Row]]:
    """The rows of each subject."""
    return {
        subject: [_row(result, bare_of(contenders)) for result in contenders]
        for subject, contenders in by_subject(results).items()
    }


def bare_of(contenders: Iterable[Result]) -> float | None:
    """What the bare contender takes, if there is one."""
    found = [result.median for result in contenders if result.role == "bare"]
    return found[0] if found else None


def added(result: Result, bare: float | None) -> float | None:
    """What a contender adds to the bare one."""
    if result.median is None or bare is None or result.role == "bare" or result.more_is_better:
        return None
    return result.median - bare


def is_reached(result: Result, bare: float | None) -> bool | None:
    """Whether the goal is reached; None where there is none, or no value."""
    if result.goal is None or result.median is None:
        return None
    if result.goal_of == "rate":
        return result.median >= result.goal
    value = added(result, bare) if result.goal_of == "added" else result.median
    return value is not None and value <= result.goal


def goal_in_all(result: Result, bare: float | None) -> float | None:
    """The goal as a value to be compared with medians; None where there is none."""
    if result.goal is None or result.goal_of != "added":
        return result.goal
    return None if bare is None else bare + result.goal


def amount(value: float | None) -> str:
    """A number as it is read easily, with three digits that count."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _row(result: Result, bare: float | None) -> Row:
    value = "none" if result.median is None else f"{amount(result.median)} {result.unit}"
    spread = "" if result.low is None else f"{amount(result.low)} … {amount(result.high)}"
    ratio = None
    if bare and result.median is not None and result.role != "bare":
        ratio = result.median / bare
    return Row(
        result.contender,
        result.role,
        value,
        spread if result.count > 1 else "",
        str(result.count) if result.count else "",
        amount(ratio),
        amount(added(result, bare)),
        _goal(result, bare),
        result.note,
    )


def _goal(result: Result, bare: float | None) -> str:
    if result.goal is None:
        return ""
    sign = {"total": "≤", "added": "added ≤", "rate": "≥"}[result.goal_of]
    reached = {True: "yes", False: "no", None: "?"}[is_reached(result, bare)]
    return f"{sign} {amount(result.goal)}: {reached}"
