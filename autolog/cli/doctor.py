"""`autolog doctor` tells what is recorded, where it goes and what went wrong."""

from __future__ import annotations

import click

from autolog.cli import formatting
from autolog.cli.diagnosis import Diagnosis, diagnose
from autolog.cli.output import console, json_option, print_json, table

_SIZE = "_bytes"


@click.command("doctor")
@click.option("--import", "imports", is_flag=True, help="Import the libraries, to list patches.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, imports: bool, as_json: bool) -> None:
    """Tells what is recorded, where it goes and what went wrong.

    The exit status is 1 if something is wrong.
    """
    diagnosis = diagnose(imports=imports)
    if as_json:
        print_json({**diagnosis.sections, "problems": diagnosis.problems})
    else:
        _print(diagnosis)
    ctx.exit(1 if diagnosis.problems else 0)


def _print(diagnosis: Diagnosis) -> None:
    out = console()
    for title, rows in diagnosis.sections.items():
        if not rows:
            continue
        out.print(title.capitalize(), style="bold")
        listing = table(*(name.removesuffix(_SIZE).replace("_", " ") for name in rows[0]))
        for row in rows:
            listing.add_row(*(_written(name, value) for name, value in row.items()))
        out.print(listing)
        out.print()
    out.print("Problems" if diagnosis.problems else "No problems found.", style="bold")
    for problem in diagnosis.problems:
        out.print(f"- {problem}")


def _written(name: str, value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith(_SIZE):
            return formatting.size(value)
        case list() | tuple():
            return "\n".join(map(str, value))
        case dict():
            return ", ".join(f"{count} {what}" for what, count in value.items())
        case _:
            return str(value)
