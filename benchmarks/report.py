"""Answers as tables, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table

from benchmarks.comparison import compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.suite import Answer

_STYLES = {"autolog": "bold", "limit": "cyan", "bare": "dim", "peer": ""}


def table(answer: Answer) -> Table:
    """One row for each contender, below its subject."""
    shown = Table(title=answer.title, box=SIMPLE, caption=_caption(answer), title_justify="left")
    shown.add_column("contender")
    for column in ("median", "quartiles", "n", "x bare", "added", "goal"):
        shown.add_column(column, justify="right", no_wrap=True)
    shown.add_column("note", style="dim")
    for subject, rows in compared(answer.results).items():
        shown.add_section()
        shown.add_row(f"[underline]{subject}[/underline]")
        for row in rows:
            shown.add_row(
                row.contender,
                row.median,
                row.quartiles,
                row.measurements,
                row.ratio,
                row.added,
                row.goal,
                row.note,
                style=_STYLES[row.role],
            )
    return shown


def _caption(answer: Answer) -> str:
    return f"{answer.seconds:.0f} s; {answer.stolen:.0%} of the processors taken by other machines"


def times(answers: Sequence[Answer]) -> str:
    """How long everything took, and what it was spent on."""
    parts = ", ".join(f"{one.question} {one.seconds:.0f} s" for one in answers)
    return f"{sum(one.seconds for one in answers) / 60:.1f} minutes in all: {parts}."
