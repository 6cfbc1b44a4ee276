"""`autolog export` writes runs as tables that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autolog.cli import formatting
from autolog.cli.access import open_store
from autolog.cli.copied import progress
from autolog.cli.output import console, json_option, print_json, store_option, table
from autolog.copying.stored import families
from autolog.exporting.parquet import export_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autolog.store import RecordedRun


@click.command("export")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--parquet",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write Parquet files into this folder.",
)
@click.option(
    "--filter", "-f", "condition", help="Such as: metrics.accuracy > 0.9 and params.C = '1'"
)
@click.option("--experiment", "-e", help="Only the runs of this experiment.")
@store_option
@json_option
def command(
    *,
    runs: tuple[str, ...],
    folder: Path,
    condition: str | None,
    experiment: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Writes runs as Parquet files, one for each table.

    All runs of the store, those that match, or each RUN (an id, the beginning of one, or `last`)
    with the runs under it. Files of the same names are replaced. docs/export.md has the columns.
    """
    if runs and (condition or experiment):
        raise click.UsageError("Name runs, or what they are to match, and not both.")
    source = open_store(store)
    chosen = families(source, runs) if runs else source.each_run(condition, experiment=experiment)
    with progress(str(folder), None) as advance:
        counts = export_parquet(source, _followed(chosen, advance), folder)
    if as_json:
        print_json({"folder": str(folder.absolute()), "rows": counts})
        return
    click.echo(f"Wrote {formatting.counted(counts['runs'], 'run')} to {folder}.")
    listing = table("file", "rows")
    for name, count in counts.items():
        listing.add_row(f"{name}.parquet", str(count))
    console().print(listing)


def _followed(
    runs: Iterable[RecordedRun], advance: Callable[[str], object]
) -> Iterator[RecordedRun]:
    for run in runs:
        yield run
        advance(run.name)
