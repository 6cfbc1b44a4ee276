"""`autolog show` shows one run."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING, Any

import click

from autolog.cli import formatting
from autolog.cli.access import open_store
from autolog.cli.columns import SHORT_ID
from autolog.cli.document import full
from autolog.cli.output import STATUS_STYLES, console, json_option, print_json, store_option, table
from autolog.cli.sparkline import sparkline
from autolog.cli.tree import tree_below
from autolog.errors import AutologError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from autolog.store import Artifact, RecordedRun

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
@store_option
@json_option
def command(run: str, *, store: str | None, as_json: bool) -> None:
    """Shows one run.

    RUN is the run's id, the beginning of it, or `last` for the newest run.
    """
    found = open_store(store).run(run)
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
    _print_datasets(out, run)
    _print_models(out, run)
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


def _print_datasets(out: Console, run: RecordedRun) -> None:
    if not run.datasets:
        return
    _print_title(out, "Datasets")
    listing = table(header=False)
    for dataset in run.datasets:
        listing.add_row(dataset.context, dataset.name, dataset.digest, _shape(dataset.profile))
    out.print(listing)


def _shape(profile: Mapping[str, Any]) -> str:
    """The size of a data set, from the profile of a frame or of arrays."""
    if "num_rows" in profile:
        return formatting.counted(profile["num_rows"], "row")
    shape = profile.get("features_shape")
    return " x ".join(map(str, shape)) if isinstance(shape, list) else ""


def _print_models(out: Console, run: RecordedRun) -> None:
    if not run.models:
        return
    _print_title(out, "Models")
    listing = table(header=False)
    for model in run.models:
        uris = f"runs:/{run.run_id[:SHORT_ID]}/{model.name}"
        if model.registered_name is not None:
            uris += f"  models:/{model.registered_name}/{model.registered_version}"
        listing.add_row(model.name, model.flavor, formatting.size(model.size_bytes), uris)
    out.print(listing)


def _print_artifacts(out: Console, run: RecordedRun) -> None:
    folders = tuple(f"{model.name}/" for model in run.models)
    sizes = {
        artifact.path: formatting.size(_size(artifact))
        for artifact in run.artifacts
        if not artifact.path.startswith(folders)
    }
    if sizes:
        _print_pairs(out, f"Artifacts in {run.artifact_directory}", sizes)


def _size(artifact: Artifact) -> int:
    """The artifact's size; a plot is drawn for that, where it can be."""
    if artifact.drawn_from is None:
        return artifact.size_bytes
    try:
        return artifact.file.stat().st_size
    except (AutologError, OSError):
        return artifact.size_bytes


def _print_children(out: Console, run: RecordedRun) -> None:
    listing = tree_below(run)
    if listing is not None:
        _print_title(out, "Children")
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
