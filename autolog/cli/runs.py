"""`autolog runs` lists runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autolog.cli.access import open_store
from autolog.cli.columns import WIDE, named_columns, telling_columns
from autolog.cli.document import brief
from autolog.cli.output import STATUS_STYLES, console, json_option, print_json, store_option, table
from autolog.store import ANY_PARENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from autolog.cli.columns import Column
    from autolog.store import RecordedRun


@click.command("runs")
@click.option(
    "--filter", "-f", "condition", help="Such as: metrics.accuracy > 0.9 and params.C = '1'"
)
@click.option(
    "--sort",
    "--order-by",
    "-s",
    "order",
    multiple=True,
    help="Such as: metrics.accuracy DESC. May be repeated.",
)
@click.option("--columns", "-c", help="Such as: id,name,metrics.loss,params.C,tags.team")
@click.option("--limit", "-n", type=click.IntRange(min=1), default=30, show_default=True)
@click.option("--experiment", "-e", help="Only the runs of this experiment.")
@click.option("--all", "-a", "children_too", is_flag=True, help="Child runs too.")
@store_option
@json_option
def command(
    *,
    condition: str | None,
    order: tuple[str, ...],
    columns: str | None,
    limit: int,
    experiment: str | None,
    children_too: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Lists runs, newest first.

    The columns tell what is common to the runs, unless you name others. Filters and orders are
    written as for `autolog.search_runs`.
    """
    chosen = named_columns(columns) if columns else None
    runs = open_store(store).runs(
        condition,
        order_by=order,
        limit=limit + 1,
        experiment=experiment,
        parent=ANY_PARENT if children_too else None,
    )
    has_more = len(runs) > limit
    runs = runs[:limit]
    if as_json:
        print_json([brief(run) for run in runs])
    elif runs:
        out = console()
        _print_table(out, runs, chosen or telling_columns(runs, out.width))
        if has_more:
            which = "first" if order else "newest"
            click.echo(f"autolog: the {limit} {which} of more runs; -n shows others.", err=True)
    else:
        click.echo("No run matches." if condition or experiment else "No runs yet.")


def _print_table(out: Console, runs: Sequence[RecordedRun], columns: Sequence[Column]) -> None:
    listing = table()
    for column in columns:
        listing.add_column(
            column.title,
            justify="right" if column.numeric else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=column.width(runs),
            max_width=column.shrinks_to if out.width < WIDE else None,
        )
    for run in runs:
        listing.add_row(
            *(column.value(run) for column in columns), style=STATUS_STYLES.get(run.status)
        )
    out.print(listing)
