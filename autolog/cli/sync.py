"""`autolog sync` delivers what ended processes left, or copies runs to another sink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autolog.cli import formatting
from autolog.cli.copied import copy_recorded
from autolog.cli.output import console, json_option, print_json, store_option, table
from autolog.delivery.inspection import journals
from autolog.delivery.recovery import recover
from autolog.directory import directory_to_read
from autolog.sinks.registry import open_sink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.delivery.inspection import JournalState
    from autolog.delivery.recovery import RecoveryReport


@click.command("sync")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--to", "target", metavar="URI", help="Copy recorded runs to this sink.")
@store_option
@click.option("--again", is_flag=True, help="With --to: offer everything again.")
@click.option(
    "--all-hosts",
    is_flag=True,
    help="Journals of other hosts too. Make sure that nothing is training there.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    runs: tuple[str, ...],
    target: str | None,
    store: str | None,
    again: bool,
    all_hosts: bool,
    as_json: bool,
) -> None:
    """Delivers what was left, or copies runs to another sink.

    Without --to, what ended processes have left in their journals is delivered, and runs that they
    did not end become KILLED. Processes that still run deliver their records themselves. The exit
    status is 1 if something is left.

    With --to, the runs of the store are copied to a sink, or only each RUN (an id, the beginning
    of one, or `last`) and the runs under it. What the sink has had of a run is not sent again, so
    that the command may be interrupted and repeated.
    """
    if target is not None:
        if all_hosts:
            raise click.UsageError("--all-hosts is about journals, and --to about recorded runs.")
        ctx.exit(copy_recorded(runs, target, store, again=again, as_json=as_json))
    if runs or again or store is not None:
        raise click.UsageError("Runs are copied to a sink: name it by --to.")
    directory = directory_to_read()
    report = recover(directory, open_sink=open_sink, all_hosts=all_hosts)
    kept = {one.journal for one in report.kept}
    others = [one for one in journals(directory) if not one.live and one.id not in kept]
    if as_json:
        document = {**_fields(report), "other_hosts": [journal.id for journal in others]}
        print_json(document)
    else:
        _print(report, others)
    ctx.exit(1 if report.kept or others else 0)


def _fields(report: RecoveryReport) -> dict[str, object]:
    return {
        "delivered": report.journals,
        "killed_runs": report.killed_runs,
        "lost": report.lost,
        "damaged_bytes": report.damaged_bytes,
        "kept": report.kept,
    }


def _print(report: RecoveryReport, others: Sequence[JournalState]) -> None:
    if report.journals:
        click.echo(f"Delivered {formatting.counted(len(report.journals), 'journal')}.")
    if report.killed_runs:
        killed = formatting.counted(len(report.killed_runs), "run")
        click.echo(f"Ended {killed} as KILLED: {', '.join(report.killed_runs)}.")
    if report.lost or report.damaged_bytes:
        click.echo(
            f"Lost: {formatting.counted(report.lost, 'record')} that no sink takes (see the folder "
            f"'quarantine'), {formatting.size(report.damaged_bytes)} of damaged journal."
        )
    left = [(one.journal, one.reason) for one in report.kept]
    left += [(one.id, f"belongs to the host {one.host}; see --all-hosts") for one in others]
    if left:
        listing = table("left", "why")
        for journal, reason in left:
            listing.add_row(journal, reason)
        console().print(listing)
    elif not report.journals:
        click.echo("Nothing waits.")
