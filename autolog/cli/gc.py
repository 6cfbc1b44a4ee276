"""`autolog gc` deletes runs, and files that no run needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from autolog.cli import formatting
from autolog.cli.access import open_store, store_uri
from autolog.cli.columns import SHORT_ID
from autolog.cli.output import console, json_option, print_json, store_option, table
from autolog.delivery.inspection import journals
from autolog.errors import StoreError
from autolog.events import Status
from autolog.store.opening import is_server
from autolog.store.removal import delete_folders, delete_runs, orphaned_folders, shrink

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autolog.store import RecordedRun, Store

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# The run of a younger folder may still be on its way to the store.
_AGE_OF_ORPHANS = timedelta(days=1)


def _age(_: click.Context, __: click.Parameter, text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is no length of time such as 90m, 12h, 30d or 8w.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@dataclass(frozen=True)
class Doomed:
    """What is to be deleted.

    Attributes:
        runs: Runs, with all runs under them.
        orphans: Folders of artifacts whose run is not in the store.
        quarantine: Files of records that a sink refused.
    """

    runs: Sequence[RecordedRun]
    orphans: Sequence[Path]
    quarantine: Sequence[Path]

    def __bool__(self) -> bool:
        return bool(self.runs or self.orphans or self.quarantine)


@click.command("gc")
@click.option("--older-than", callback=_age, metavar="AGE", help="Runs begun so long ago: 30d, 8w.")
@click.option("--status", type=click.Choice([*Status], case_sensitive=False), help="Such runs.")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="All but the newest N.")
@click.option("--run", "named", multiple=True, metavar="RUN", help="This run. May be repeated.")
@click.option("--quarantine", is_flag=True, help="The records that sinks refused.")
@click.option("--shrink", "shrinks", is_flag=True, help="Give the freed space back to the disk.")
@store_option
@click.option("--dry-run", is_flag=True, help="Only tell what would be deleted.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@json_option
def command(
    *,
    older_than: timedelta | None,
    status: str | None,
    keep: int | None,
    named: tuple[str, ...],
    quarantine: bool,
    shrinks: bool,
    store: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Deletes runs, and files that no run needs.

    A run must meet all of --older-than, --status and --keep, as far as they are given; those
    named by --run come on top. Child runs go with their parents. A run that is still RUNNING is
    only deleted by name, and not while anything is being recorded here. Folders of artifacts
    without a run are deleted in any case.

    Of runs on a server, the files are deleted that are in the nearest autolog directory; other
    machines may have more. Make sure that nothing records such a run elsewhere.
    """
    opened = open_store(store)
    if store is None and is_server(store_uri()):
        raise StoreError(
            f"{opened.source.name} is a server, to which others may record: name it by --store."
        )
    if shrinks:
        _ = opened.path  # which a server has not, and says so before anything is deleted
    doomed = Doomed(
        runs=_matching(opened, older_than, status, keep) + _named(opened, named),
        orphans=orphaned_folders(opened, _AGE_OF_ORPHANS),
        quarantine=_quarantine(opened) if quarantine else [],
    )
    if not as_json:
        _print(doomed)
    freed = 0
    if not dry_run and (doomed or shrinks):
        if not yes:
            click.confirm("Delete for good?", abort=True, err=True)
        freed = _delete(opened, doomed) + (shrink(opened) if shrinks else 0)
    if as_json:
        print_json(_document(doomed, deleted=not dry_run, freed=freed))
    elif freed:
        click.echo(f"Freed {formatting.size(freed)}.")


def _matching(
    store: Store, older_than: timedelta | None, status: str | None, keep: int | None
) -> list[RecordedRun]:
    if older_than is None and status is None and keep is None:
        return []
    conditions = ["status != 'RUNNING'"]
    if status is not None:
        conditions.append(f"status = '{status}'")
    if older_than is not None:
        conditions.append(f"start_time < '{datetime.now(UTC) - older_than}'")
    runs = store.runs(" and ".join(conditions), parent=None)
    if keep is None:
        return runs
    newest = {run.run_id for run in store.runs(parent=None, limit=keep)} if keep else set()
    return [run for run in runs if run.run_id not in newest]


def _named(store: Store, names: Sequence[str]) -> list[RecordedRun]:
    runs = [store.run(name) for name in names]
    in_use = any(journal.live for journal in journals(store.artifacts.parent))
    for run in runs:
        # What its process logs next would bring it back, without its name and its beginning.
        if run.status == Status.RUNNING and in_use:
            raise StoreError(
                f"run {run.run_id[:SHORT_ID]} ({run.name}) is still being recorded; end its "
                "process first. If that ran on another host and is gone, call "
                "`autolog sync --all-hosts` before."
            )
    return runs


def _quarantine(store: Store) -> list[Path]:
    return sorted((store.artifacts.parent / "quarantine").glob("*.jsonl"))


def _delete(store: Store, doomed: Doomed) -> int:
    freed = delete_runs(store, [run.run_id for run in doomed.runs])
    freed += delete_folders(doomed.orphans)
    for file in doomed.quarantine:
        freed += file.stat().st_size
        file.unlink()
    return freed


def _print(doomed: Doomed) -> None:
    if not doomed:
        click.echo("Nothing to delete.")
        return
    listing = table(header=False)
    for run in doomed.runs:
        children = formatting.counted(run.child_count, "child run") if run.child_count else ""
        started = formatting.distance(run.start_time)
        listing.add_row(run.run_id[:SHORT_ID], run.name, run.status, started, children)
    for path in (*doomed.orphans, *doomed.quarantine):
        listing.add_row("", str(path))
    console().print(listing)


def _document(doomed: Doomed, *, deleted: bool, freed: int) -> dict[str, object]:
    return {
        "deleted": deleted,
        "freed_bytes": freed,
        "runs": [run.run_id for run in doomed.runs],
        "orphaned_folders": [str(path) for path in doomed.orphans],
        "quarantine": [str(path) for path in doomed.quarantine],
    }
