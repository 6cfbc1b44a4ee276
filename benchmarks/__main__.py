"""`python -m benchmarks`: measures all, or what is named, each in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module

import click
from rich.console import Console

from benchmarks.figure import Figure
from benchmarks.report import document, table

_ALL = ("logging_steps", "delivery", "script", "fit", "memory", "calls")
_GATED = ("logging_steps", "delivery", "fit", "calls")
_ATTEMPTS = 3


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(_ALL))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--gate", is_flag=True, help="Measure briefly, and fail where a ratio is beyond its limit."
)
def main(names: tuple[str, ...], as_json: bool, gate: bool) -> None:
    """Measures what autolog costs, beside a primitive or a bare script of the same run."""
    if gate:
        figures = [figure for name in names or _GATED for figure in _gated(name)]
    else:
        figures = [figure for name in names or _ALL for figure in _measured(name, quick=False)]
    if as_json:
        click.echo(json.dumps(document(figures), indent=2))
    else:
        Console().print(table(figures))
    too_dear = [figure for figure in figures if gate and figure.is_too_dear]
    for figure in too_dear:
        click.echo(
            f"{figure.what}: {figure.ratio} times {figure.bare_is}, at most "
            f"{figure.ratio_limit} are allowed",
            err=True,
        )
    raise SystemExit(bool(too_dear))


def _gated(name: str) -> list[Figure]:
    """The figures of the first attempt that passes; other programs only ever make things slower."""
    for _ in range(_ATTEMPTS):
        figures = [figure for figure in _measured(name, quick=True) if figure.ratio_limit]
        if not any(figure.is_too_dear for figure in figures):
            break
    return figures


def _measured(name: str, *, quick: bool) -> list[Figure]:
    # its own process: what one benchmark has imported, patched or filled must not help the next
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, name, quick=quick).result()


def _measure(name: str, *, quick: bool) -> list[Figure]:
    return list(import_module(f"benchmarks.{name}").measure(quick=quick))


if __name__ == "__main__":
    main()
