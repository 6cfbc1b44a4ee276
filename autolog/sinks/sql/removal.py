"""Deletes runs from a server, whoever else writes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from autolog.sinks.sql import schema
from autolog.sinks.sql.statements import select_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, Connection

_AT_ONCE = 500
_OF_RUNS = (
    schema.param,
    schema.tag,
    schema.artifact,
    schema.dropped,
    schema.dataset,
    schema.model,
    schema.series,
)


def delete_families(connection: Connection, run_ids: Iterable[str]) -> list[str]:
    """Deletes runs and all runs under them. Numbers of registered models are not given again.

    Args:
        connection: A connection inside a transaction.
        run_ids: Full ids; those of unknown runs are passed over.

    Returns:
        The ids of the runs that were there.
    """
    run, series, metric = schema.run, schema.series, schema.metric
    doomed = sorted(_with_children(connection, set(run_ids)))
    # in one order, so that a writer that has one of them waits for us, or we for it
    lock = select(run.c.id, run.c.run_id).order_by(run.c.id).with_for_update()
    found: dict[int, str] = dict(select_where(connection, lock, run.c.run_id, doomed))
    rows = list(found)
    of_runs = select_where(connection, select(series.c.id), series.c.run, rows)
    _delete(connection, metric.c.series, [row for (row,) in of_runs])
    for table in _OF_RUNS:
        _delete(connection, table.c.run, rows)
    _delete(connection, run.c.id, rows)
    used = select(run.c.environment).where(run.c.environment.is_not(None))
    connection.execute(delete(schema.environment).where(schema.environment.c.id.not_in(used)))
    return list(found.values())


def _with_children(connection: Connection, run_ids: set[str]) -> set[str]:
    run = schema.run
    family, last = set(run_ids), run_ids
    while last:
        below = select_where(connection, select(run.c.run_id), run.c.parent_run_id, sorted(last))
        last = {run_id for (run_id,) in below} - family
        family |= last
    return family


def _delete(connection: Connection, column: Column[int], values: Sequence[int]) -> None:
    for first in range(0, len(values), _AT_ONCE):
        chunk = values[first : first + _AT_ONCE]
        connection.execute(delete(column.table).where(column.in_(chunk)))
