"""`autolog compare` shows runs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from autolog.cli import formatting
from autolog.cli.access import open_store
from autolog.cli.columns import SHORT_ID
from autolog.cli.output import console, json_option, print_json, store_option, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from autolog.store import RecordedRun

_GROUPS = ("params", "metrics", "tags")
_DIFFERENT = "*"


@dataclass(frozen=True)
class Row:
    """What several runs have under one name.

    Attributes:
        group: `params`, `metrics` or `tags`.
        name: The name.
        values: What each run has, in the order of the runs; None where it has nothing.
    """

    group: str
    name: str
    values: tuple[str | float | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs do not all have the same."""
        # As texts, since a metric that is NaN everywhere is the same everywhere.
        return len({repr(value) for value in self.values}) > 1


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...")
@click.option("--differences", "-d", is_flag=True, help="Only what is not the same in all runs.")
@store_option
@json_option
def command(runs: tuple[str, ...], *, differences: bool, store: str | None, as_json: bool) -> None:
    """Shows runs side by side.

    A RUN is a run's id, the beginning of it, or `last`. What differs is bold, with a `*` before.
    """
    if len(runs) < 2:  # noqa: PLR2004 - one cannot be compared
        raise click.UsageError("Name two runs at least.")
    source = open_store(store)
    found = [source.run(run) for run in runs]
    rows = [row for row in side_by_side(found) if row.differs or not differences]
    if as_json:
        print_json(_document(found, rows))
    else:
        _print_table(console(), found, rows)


def side_by_side(runs: Sequence[RecordedRun]) -> list[Row]:
    """Everything that any of some runs has, params first, then metrics and tags."""
    return [
        Row(group, name, tuple(getattr(run, group).get(name) for run in runs))
        for group in _GROUPS
        for name in dict.fromkeys(name for run in runs for name in getattr(run, group))
    ]


def _document(runs: Sequence[RecordedRun], rows: Sequence[Row]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "runs": [{"run_id": run.run_id, "name": run.name, "status": run.status} for run in runs]
    }
    for group in _GROUPS:
        document[group] = {
            row.name: {"values": row.values, "differs": row.differs}
            for row in rows
            if row.group == group
        }
    return document


def _print_table(out: Console, runs: Sequence[RecordedRun], rows: Sequence[Row]) -> None:
    listing = table("", "", *(f"{run.run_id[:SHORT_ID]}\n{run.name}" for run in runs))
    listing.columns[1].style = "cyan"
    for column in listing.columns[1:]:
        column.overflow = "fold"
    listing.add_row("", "status", *(run.status for run in runs))
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            listing.add_row()
            listing.add_row("", group.capitalize(), style="bold")
        mark, style = (_DIFFERENT, "bold") if row.differs else ("", None)
        listing.add_row(mark, row.name, *map(_written, row.values), style=style)
    out.print(listing)


def _written(value: str | float | None) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else formatting.number(value)
