"""`python -m benchmarks`: measures everything, or what is named."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console

from benchmarks.report import document, table
from benchmarks.suite import ALL, GATED, gated, measured

_WIDTH_OF_FILES = 110


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(ALL))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--gate", is_flag=True, help="Measure for seconds only; fail where a ratio is over its limit."
)
def main(names: tuple[str, ...], as_json: bool, gate: bool) -> None:
    """Measures what autolog costs, beside a primitive or a bare script of the same run."""
    if gate:
        figures = [figure for name in names or GATED for figure in gated(name)]
    else:
        figures = [figure for name in names or ALL for figure in measured(name)]
    if as_json:
        click.echo(json.dumps(document(figures), indent=2))
    else:
        # a file has no width of its own
        width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
        Console(width=width).print(table(figures))
    too_dear = [figure for figure in figures if gate and figure.is_too_dear]
    for figure in too_dear:
        click.echo(
            f"{figure.what}: costs {figure.ratio:.1f} times {figure.bare_is}, "
            f"and {figure.ratio_limit:.1f} times are allowed",
            err=True,
        )
    sys.exit(1 if too_dear else 0)


if __name__ == "__main__":
    main()
