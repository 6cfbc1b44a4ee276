"""Where a command's answer goes: a table for people, or JSON for programs."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# In a pipe or a file nothing is cut: `grep` reads on.
_WIDTH_OF_A_PIPE = 10_000

STATUS_STYLES = {"FAILED": "red", "KILLED": "yellow", "RUNNING": "cyan"}
"""The colours of runs that did not simply finish."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""The option that turns a command's answer into JSON."""

store_option = click.option(
    "--store",
    metavar="URI",
    help="Where the runs are, such as postgresql://host/runs; by default in the nearest store.",
)
"""The option that names another store than the one that is found here."""


def console() -> Console:
    """Standard output, with colours and the terminal's width where it is a terminal."""
    from rich.console import Console

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_A_PIPE
    return console


def table(*columns: str, header: bool = True) -> Table:
    """An empty table in the style of all our tables."""
    from rich.table import Table

    return Table(*columns, box=None, show_header=header, header_style="dim", pad_edge=False)


def print_json(document: object) -> None:
    """Prints one JSON document; numbers that are not finite become null, as JSON has none."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(document)))
