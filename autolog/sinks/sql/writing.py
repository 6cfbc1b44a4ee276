"""Writes what a batch has changed into the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from autolog.sinks.sql import schema
from autolog.sinks.sql.collecting import collect
from autolog.sinks.sql.points import Points
from autolog.sinks.sql.rows import LockedRows
from autolog.sinks.sql.statements import replace_rows, select_where
from autolog.sinks.sqlite.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from autolog.events import Event
    from autolog.sinks.sql.collecting import Collected


def write_events(connection: Connection, events: Sequence[Event]) -> None:
    """Writes every row that events change.

    Args:
        connection: A connection inside a transaction.
        events: The events, in the order in which they happened.

    Raises:
        OverflowError: No column can hold a step.
        RecordRejected: An event belongs to no run.
    """
    write_collected(connection, collect(events), lambda: None)


def write_collected(
    connection: Connection, collected: Collected, handed_over: Callable[[], object]
) -> None:
    """The same for events that are collected already.

    Args:
        connection: A connection inside a transaction.
        collected: The events.
        handed_over: Called when the server has all points and is not done with them yet.

    Raises:
        OverflowError: No column can hold a step.
        RecordRejected: An event belongs to no run.
    """
    if collected.too_large is not None:
        raise OverflowError(f"the step {collected.too_large} is too large")
    rows, points = LockedRows(connection), Points(connection, collected.steps, handed_over)
    changes = Changes(rows, points)
    changes.apply(collected.notable)
    points.write()
    rows.write(changes.runs.values())
    for table, replaced in changes.replaced():
        replace_rows(connection, schema.metadata.tables[table], replaced)
    _register(connection, changes.registered)
    lost = [(*place, count) for place, count in changes.dropped.items()]
    replace_rows(connection, schema.dropped, lost, adding="count")


def _register(connection: Connection, models: Mapping[str, str]) -> None:
    """Gives models the next versions of their names, unless they have some."""
    table = schema.model_version
    known = select_where(connection, select(table.c.model_id), table.c.model_id, list(models))
    has_version = {model_id for (model_id,) in known}
    for model_id, name in models.items():
        if model_id not in has_version:
            latest = select(func.max(table.c.version)).where(table.c.name == name)
            version = 1 + (connection.execute(latest).scalar() or 0)
            connection.execute(insert(table).values(model_id=model_id, name=name, version=version))
