"""Figures as a table or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.figure import Figure, Goal

_OF_GOAL = {"total": "≤", "added": "adds ≤", "rate": "≥"}


def table(figures: Iterable[Figure]) -> Table:
    """One row for each figure."""
    shown = Table(title="What autolog costs")
    shown.add_column("what")
    for column in ("autolog", "bare", "ratio", "added", "goal"):
        shown.add_column(column, justify="right")
    shown.add_column("reached")
    shown.add_column("bare is")
    for figure in figures:
        shown.add_row(
            figure.what,
            _amount(figure.autolog, figure.unit),
            _amount(figure.bare, figure.unit),
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            _amount(figure.added, figure.unit),
            _goal(figure.goal, figure.unit),
            {True: "yes", False: "[red]no[/red]", None: ""}[figure.is_reached],
            figure.bare_is,
        )
    return shown


def document(figures: Iterable[Figure]) -> list[dict[str, object]]:
    """The same for programs."""
    return [
        {
            **asdict(figure),
            "added": figure.added,
            "ratio": figure.ratio,
            "is_reached": figure.is_reached,
        }
        for figure in figures
    ]


def _goal(goal: Goal | None, unit: str) -> str:
    return "" if goal is None else f"{_OF_GOAL[goal.of]} {_amount(goal.bound, unit)}"


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {unit}"
