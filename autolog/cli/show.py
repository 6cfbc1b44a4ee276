"""`autolog show` shows one run."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import click

from autolog.cli import formatting
from autolog.cli.access import open_store
from autolog.cli.columns import SHORT_ID
from autolog.cli.document import full
from autolog.cli.output import STATUS_STYLES, console, json_option, print_json, table
from autolog.cli.sparkline import sparkline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from autolog.store import RecordedRun

_ENVIRONMENT = (
    "git.commit",
    "git.branch",
    "git.dirty",
    "git.remote",
    "user",
    "host",
    "python",
    "platform",
    "command_line",
    "entry_script",
    "working_directory",
    "pid",
    "autolog.version",
)


@click.command("show")
@click.argument("run")
@json_option
def command(run: str, *, as_json: bool) -> None:
    """Shows one run.

    RUN is the run's id, the beginning of it, or `last` for the newest run.
    """
    found = open_store().run(run)
    if as_json:
        print_json(full(found))
    else:
        _print(console(), found)


def _print(out: Console, run: RecordedRun) -> None:
    _print_head(out, run)
    _print_error(out, run)
    _print_pairs(out, "Params", run.params)
    _print_metrics(out, run)
    tags = {name: text for name, text in run.tags.items() if name not in _ENVIRONMENT}
    _print_pairs(out, "Tags", tags)
    _print_artifacts(out, run)
    _print_children(out, run)
    facts = {name: run.tags[name] for name in _ENVIRONMENT if name in run.tags}
    if run.packages:
        facts["packages"] = f"{len(run.packages)} (see --json)"
    _print_pairs(out, "Environment", facts)
    _print_pairs(out, "Lost", {reason: str(count) for reason, count in run.dropped.items()})


def _print_head(out: Console, run: RecordedRun) -> None:
    out.print(run.name or "(no name yet)", style="bold", end="  ")
    out.print(run.status, style=STATUS_STYLES.get(run.status))
    facts = {"run id": run.run_id, "experiment": run.experiment}
    if run.parent_run_id is not None:
        facts["parent"] = run.parent_run_id
    facts["started"] = (
        f"{formatting.moment(run.start_time)} ({formatting.distance(run.start_time)})"
    )
    if run.end_time is not None:
        facts["took"] = formatting.duration(run.end_time - run.start_time)
    _print_pairs(out, None, facts)


def _print_error(out: Console, run: RecordedRun) -> None:
    if run.error is not None:
        _print_title(out, "Error")
        out.print(run.error.traceback.rstrip() or f"{run.error.type}: {run.error.message}")


def _print_metrics(out: Console, run: RecordedRun) -> None:
    if not run.metrics:
        return
    _print_title(out, "Metrics")
    listing = table("", "last", "min", "max", "values", "history")
    for column in listing.columns[1:5]:
        column.justify = "right"
    for name, last in run.metrics.items():
        values = [point.value for point in run.metric_history(name)]
        numbers = [value for value in values if not isnan(value)] or [nan]
        ends = [formatting.number(value) for value in (last, min(numbers), max(numbers))]
        history = sparkline(values) if len(values) > 1 else ""
        listing.add_row(name, *ends, str(len(values)), history)
    out.print(listing)


def _print_artifacts(out: Console, run: RecordedRun) -> None:
    if run.artifacts:
        sizes = {artifact.path: formatting.size(artifact.size_bytes) for artifact in run.artifacts}
        _print_pairs(out, f"Artifacts in {run.artifact_directory}", sizes)


def _print_children(out: Console, run: RecordedRun) -> None:
    children = run.children
    if not children:
        return
    _print_title(out, "Children")
    listing = table(header=False)
    for child in children:
        metrics = (f"{name}={formatting.number(last)}" for name, last in child.metrics.items())
        listing.add_row(child.run_id[:SHORT_ID], child.name, child.status, "  ".join(metrics))
    out.print(listing)


def _print_pairs(out: Console, title: str | None, pairs: Mapping[str, str]) -> None:
    if not pairs:
        return
    if title is not None:
        _print_title(out, title)
    listing = table(header=False)
    listing.add_column(style="cyan", no_wrap=True)
    listing.add_column(overflow="fold")
    for name, text in pairs.items():
        listing.add_row(name, text)
    out.print(listing)


def _print_title(out: Console, title: str) -> None:
    out.print()
    out.print(title, style="bold")
