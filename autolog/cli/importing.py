"""`autolog import` takes runs over from an MLflow tracking store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autolog.cli.access import open_store, store_uri
from autolog.cli.copied import Report, progress
from autolog.cli.output import json_option
from autolog.copying.copier import Copier
from autolog.directory import directory_to_read, directory_to_write, prepare
from autolog.errors import ConfigurationError, SinkUnavailable, StoreMissing
from autolog.importing.mlflow_files import files_of
from autolog.importing.mlflow_runs import id_of, source_run
from autolog.importing.mlflow_selection import select
from autolog.importing.mlflow_store import MLflowStore
from autolog.sinks.registry import scheme, without_secrets

if TYPE_CHECKING:
    from pathlib import Path


@click.command("import")
@click.argument("uri")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--experiment", "-e", help="Only the runs of this experiment.")
@click.option("--filter", "-f", "condition", help="Only runs that match this filter of MLflow's.")
@click.option("--artifacts", is_flag=True, help="Copy the files too; else is noted where they are.")
@click.option("--again", is_flag=True, help="Offer everything again.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    uri: str,
    runs: tuple[str, ...],
    experiment: str | None,
    condition: str | None,
    artifacts: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Takes runs over from an MLflow tracking store, which is only read.

    URI is `mlflow+sqlite:///mlflow.db`, `mlflow+http://host:5000` or the like, or `mlflow` for the
    store that MLFLOW_TRACKING_URI names. All its runs are imported, or each RUN, by its full id,
    and the runs under it. They keep their ids. What was imported before is not imported again, so
    that the command may be interrupted and repeated.
    """
    if scheme(uri) != "mlflow":
        raise ConfigurationError(
            f"Runs are imported from MLflow, such as 'mlflow+sqlite:///mlflow.db', and not from "
            f"{without_secrets(uri)!r}."
        )
    if runs and (condition or experiment):
        raise click.UsageError("Name runs, or what they are to match, and not both.")
    directory = _directory()
    source = MLflowStore(uri, directory)
    target = store_uri()
    report = Report(without_secrets(target))
    with Copier(uri, target, directory, again=again) as copier:
        try:
            with progress(source.name, None) as advance:
                for run, name, parent in select(source, runs, experiment, condition or ""):
                    folder = directory / "artifacts" / id_of(run) if artifacts else None
                    files = files_of(source, run, folder)
                    told = source_run(source, run, name, parent, files)
                    report.add(told.run_id, copier.copy(told))
                    advance(run.info.run_name or run.info.run_id)
        except SinkUnavailable as error:
            report.failure = str(error)
        report.refused = copier.refused
    report.print(as_json=as_json)
    ctx.exit(1 if report.failure or report.refused else 0)


def _directory() -> Path:
    """The autolog directory, with what ended processes have left delivered, or a new one."""
    try:
        directory = directory_to_read()
        open_store()
    except StoreMissing:
        directory = directory_to_write()
        prepare(directory)
    return directory.absolute()
