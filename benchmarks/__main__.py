"""`python -m benchmarks`: measures everything, or what answers the named questions."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from benchmarks.apart import ONE_THREAD
from benchmarks.report import table, times
from benchmarks.results_file import as_document, file_name
from benchmarks.scale import FULL, QUICK
from benchmarks.suite import QUESTIONS, answer

if TYPE_CHECKING:
    from benchmarks.result import Result
    from benchmarks.suite import Answer

_WIDTH_OF_FILES = 130


@click.command()
@click.argument("questions", nargs=-1, type=click.Choice(QUESTIONS))
@click.option("--quick", is_flag=True, help="Measure a little of everything.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write JSON and charts into this folder.",
)
def main(questions: tuple[str, ...], quick: bool, results: Path | None) -> None:
    """Measures what autolog costs, beside bare scripts, limits, and other trackers."""
    os.environ.update(ONE_THREAD)
    # a file has no width of its own
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_FILES)
    answers: list[Answer] = []
    asked = questions or QUESTIONS
    for place, question in enumerate(asked, start=1):
        before = sum(one.seconds for one in answers)
        click.echo(f"{place} of {len(asked)}, after {before:.0f} s: {question}", err=True)
        answers.append(answer(question, QUICK if quick else FULL, tell=_Subjects().tell))
        console.print(table(answers[-1]))
    click.echo(times(answers))
    if results is not None:
        _write(answers, results, quick=quick)


class _Subjects:
    """Says of what there are results, while others are still to come."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, result: Result) -> None:
        if result.subject != self._last:
            click.echo(f"  {result.subject}", err=True)
        self._last = result.subject


def _write(answers: list[Answer], folder: Path, *, quick: bool) -> None:
    from benchmarks.charts import draw

    document = as_document(answers, quick=quick)
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / file_name(document)
    written.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for chart in draw(document, written.with_suffix("")):
        click.echo(chart)
    click.echo(written)


if __name__ == "__main__":
    main()
