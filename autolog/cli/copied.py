"""Copies runs to a sink while somebody watches, and says what became of them."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from autolog.cli import formatting
from autolog.cli.access import open_store
from autolog.cli.output import print_json
from autolog.copying.copier import Copier, Outcome
from autolog.copying.files import copy_files, fetch_files
from autolog.copying.stored import families, parents_first, source_run
from autolog.directory import prepare
from autolog.errors import SinkUnavailable
from autolog.sinks.registry import artifact_folder, check_uri, without_secrets
from autolog.store.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def copy_recorded(
    chosen: Sequence[str], uri: str, source: str | None, *, again: bool, as_json: bool
) -> int:
    """Copies recorded runs to a sink, and prints what was done.

    Args:
        chosen: The runs; all if there are none.
        uri: The sink's URI.
        source: The URI of the store; by default the one that is found here.
        again: Whether to offer what was copied before.
        as_json: Whether to print JSON.

    Returns:
        The exit status.

    Raises:
        AutologError: The store cannot be read, or there is no such run or sink.
    """
    check_uri(uri)
    store = open_store(source)
    directory = store.artifacts.parent
    prepare(directory)
    folder = artifact_folder(uri, directory)
    runs = families(store, chosen) if chosen else parents_first(store)
    report = Report(without_secrets(uri))
    total = None if chosen else sum(facts(store).runs.values())
    with Copier(store.source.name, uri, directory, again=again) as copier:
        try:
            with progress(report.target, total) as advance:
                for run in runs:
                    if folder is not None:
                        copy_files(run.artifact_directory, folder / run.run_id)
                    else:
                        report.missing += fetch_files(run)
                    report.add(run.run_id, copier.copy(source_run(store, run)))
                    advance(run.name)
        except SinkUnavailable as error:
            report.failure = str(error)
        report.refused = copier.refused
    report.print(as_json=as_json)
    return 1 if report.failure or report.refused else 0


class Report:
    """What became of runs that were to be copied.

    Args:
        target: The sink, without secrets.

    Attributes:
        failure: Why it was given up, if it was.
        refused: How many records the sink will never take.
        missing: How many files are neither here nor could be fetched.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.failure: str | None = None
        self.refused = 0
        self.missing = 0
        self._copied: list[str] = []
        self._counts: Counter[Outcome] = Counter()

    def add(self, run_id: str, outcome: Outcome) -> None:
        """Counts a run."""
        self._counts[outcome] += 1
        if outcome is Outcome.COPIED:
            self._copied.append(run_id)

    def print(self, *, as_json: bool) -> None:
        """Prints it."""
        if as_json:
            print_json(
                {
                    "to": self.target,
                    "copied": self._copied,
                    "unchanged": self._counts[Outcome.UNCHANGED],
                    "there_already": self._counts[Outcome.THERE_ALREADY],
                    "refused": self.refused,
                    "missing_files": self.missing,
                    "failure": self.failure,
                }
            )
            return
        for sentence in self._sentences():
            click.echo(sentence)
        if self.failure:
            click.echo(f"Error: {self.failure} The same command goes on from here.", err=True)

    def _sentences(self) -> Iterator[str]:
        yield f"Copied {formatting.counted(self._counts[Outcome.COPIED], 'run')} to {self.target}."
        if unchanged := self._counts[Outcome.UNCHANGED]:
            yield f"Copied before, and unchanged: {formatting.counted(unchanged, 'run')}."
        if there := self._counts[Outcome.THERE_ALREADY]:
            runs = formatting.counted(there, "run")
            yield f"Left out, as the sink has them from where they were recorded: {runs}."
        if self.missing:
            files = formatting.counted(self.missing, "file")
            yield f"Left out, as they are not here and cannot be fetched: {files}."
        if self.refused:
            records = formatting.counted(self.refused, "record")
            yield f"Refused for good: {records}, see the folder 'quarantine'."


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[str], object]]:
    """A bar on standard error, if that is a terminal; it goes on with each run, given its name.

    Args:
        title: What is going on.
        total: How many runs there are, if that is known.
    """
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{title}  {name}")
