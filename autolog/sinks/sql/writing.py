"""Writes what a batch has changed into the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from autolog.events import MetricsLogged
from autolog.sinks.sql import schema
from autolog.sinks.sql.collecting import collect
from autolog.sinks.sql.points import Points
from autolog.sinks.sql.rows import LockedRows
from autolog.sinks.sql.statements import replace_rows, select_where
from autolog.sinks.sqlite.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from autolog.events import Event
    from autolog.sinks.sql.collecting import Collected, Steps


def write_events(connection: Connection, events: Sequence[Event]) -> None:
    """Writes every row that events change.

    Args:
        connection: A connection inside a transaction.
        events: The events, in the order in which they happened.

    Raises:
        OverflowError: No column can hold a step.
        RecordRejected: An event belongs to no run.
    """
    write_collected(connection, collect(events), lambda _: None)


def write_collected(
    connection: Connection, collected: Collected, following: Callable[[int], Collected | None]
) -> int:
    """The same for events that are collected already.

    Args:
        connection: A connection inside a transaction.
        collected: The events.
        following: Gives the events of the next batch (1), or of the one after that (2, ...), if
            they are there. As long as they belong to the same runs and series, they are written
            too. Asked when the server was given the points of those before.

    Returns:
        How many of the next batches were written.

    Raises:
        OverflowError: No column can hold a step.
        RecordRejected: An event belongs to no run.
    """
    if collected.too_large is not None:
        raise OverflowError(f"the step {collected.too_large} is too large")
    rows, points = LockedRows(connection), Points(connection, collected.steps)
    changes = Changes(rows, points)
    changes.apply(collected.notable)
    also: list[Collected] = []

    def steps_of_following() -> Iterator[Mapping[str, Steps]]:
        while further := following(len(also) + 1):
            has_runs = all(rows.run(event.run_id) for event in further.notable)
            if not (has_runs and points.have_series_of(further.steps)) or further.too_large:
                return
            also.append(further)
            yield further.steps

    points.write(steps_of_following())
    for further in also:
        changes.apply([one for one in further.notable if not isinstance(one, MetricsLogged)])
    rows.write(changes.runs.values())
    for table, replaced in changes.replaced():
        replace_rows(connection, schema.metadata.tables[table], replaced)
    _register(connection, changes.registered)
    lost = [(*place, count) for place, count in changes.dropped.items()]
    replace_rows(connection, schema.dropped, lost, adding="count")
    return len(also)


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
