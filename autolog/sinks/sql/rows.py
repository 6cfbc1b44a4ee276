"""The rows of the runs of one batch, which nobody else changes until its transaction ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from autolog.events import Status
from autolog.sinks.sql import schema
from autolog.sinks.sql.statements import ids_of, insert_new, select_where
from autolog.sinks.sqlite.rows import RUN_COLUMNS, RunRow, packages_with_digest, run_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

_RUNS = select(*(schema.run.c[name] for name in RUN_COLUMNS)).order_by(schema.run.c.id)
_UPDATE = (
    update(schema.run)
    .where(schema.run.c.id == bindparam("row"))
    .values(
        {name: bindparam(f"new_{name}") for name in RUN_COLUMNS if name not in {"id", "run_id"}}
    )
)
_UNKNOWN = 0  # the beginning of a run of which no event was applied yet


class LockedRows:
    """Locks runs when it loads them; those that are not there yet are made at once.

    Args:
        connection: A connection inside a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, RunRow] = {}

    def load(self, run_ids: Iterable[str]) -> None:
        """Locks the runs that are not locked yet, and makes those that are missing."""
        wanted = sorted(set(run_ids) - self._runs.keys())
        self._lock(wanted)
        missing = [run_id for run_id in wanted if run_id not in self._runs]
        if missing:
            new = {"name": "", "status": Status.RUNNING.value, "start_ns": _UNKNOWN}
            insert_new(
                self._connection, schema.run.c.run_id, [{"run_id": one, **new} for one in missing]
            )
            self._lock(missing)

    def run(self, run_id: str) -> RunRow | None:
        """The run, if anything is known of it."""
        run = self._runs.get(run_id)
        return None if run is None or run.start_ns == _UNKNOWN else run

    def begin_run(self, run_id: str, time_ns: int) -> RunRow:
        """A new run, of which no more is known than that it was there at a time."""
        run = self._runs[run_id]
        run.start_ns = time_ns
        return run

    def environment(self, packages: Mapping[str, str]) -> int:
        """The row of a set of packages, made if there is none."""
        text, digest = packages_with_digest(packages)
        rows = [{"digest": digest, "packages": text}]
        return ids_of(self._connection, schema.environment.c.digest, rows)[digest]

    def write(self, runs: Iterable[RunRow]) -> None:
        """Writes runs that have changed."""
        changed = [_new_values(run) for run in runs]
        if changed:
            self._connection.execute(_UPDATE, changed)

    def _lock(self, run_ids: Sequence[str]) -> None:
        found = select_where(
            self._connection, _RUNS.with_for_update(), schema.run.c.run_id, run_ids
        )
        self._runs.update({row.run_id: RunRow(*row) for row in found})


def _new_values(run: RunRow) -> dict[str, object]:
    values = dict(zip(RUN_COLUMNS, run_values(run), strict=True))
    return {"row": values.pop("id")} | {
        f"new_{name}": value for name, value in values.items() if name != "run_id"
    }
