"""Figures as a table or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.figure import Figure, Goal

_OF_GOAL = {"total": "≤", "added": "added ≤", "rate": "≥"}


def table(figures: Iterable[Figure]) -> Table:
    """One row for each figure, with what it is compared with below."""
    shown = Table(title="What autolog costs", box=SIMPLE)
    shown.add_column("what")
    for column in ("autolog", "bare", "ratio", "added", "goal"):
        shown.add_column(column, justify="right", no_wrap=True)
    shown.add_column("reached", no_wrap=True)
    for figure in figures:
        beside = f"\n[dim]bare: {figure.bare_is}[/dim]" if figure.bare_is else ""
        shown.add_row(
            f"{figure.what}, {figure.unit}{beside}",
            _amount(figure.autolog),
            _amount(figure.bare),
            _amount(figure.ratio),
            _amount(figure.added),
            _goal(figure.goal),
            {True: "yes", False: "[red]no[/red]", None: ""}[figure.is_reached],
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


def _goal(goal: Goal | None) -> str:
    return "" if goal is None else f"{_OF_GOAL[goal.of]} {goal.bound:,g}"


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
