"""Metric points on their way into the tables `metric` and `series`."""

from __future__ import annotations

from itertools import islice
from operator import itemgetter
from struct import Struct
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from autolog.sinks.sql import schema
from autolog.sinks.sql.columns import without_zeros
from autolog.sinks.sql.statements import ids_of, select_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from autolog.events import MetricsLogged
    from autolog.sinks.sqlite.rows import RunRow

    # its number among those of its run in the batch, step, milliseconds, value
    Point = tuple[int, int, int, float]

    # series, number in the run, step, milliseconds, value
    Row = tuple[int, int, int, int, float]

_SERIES = select(
    schema.metric_name.c.name,
    *(schema.series.c[name] for name in ("id", "run", "points")),
    *(schema.series.c[name] for name in ("last_step", "last_time", "last_value")),
).join_from(schema.series, schema.metric_name)
_UPDATE = (
    update(schema.series)
    .where(schema.series.c.id == bindparam("row"))
    .values(
        points=bindparam("new_points"),
        last_step=bindparam("new_step"),
        last_time=bindparam("new_time"),
        last_value=bindparam("new_value"),
    )
)
# PostgreSQL's own format, which neither side has to make text of: the number of columns, and before
# each value its length, which is -1 for NULL.
_COPY = "COPY metric (series, number, step, time, value) FROM STDIN (FORMAT BINARY)"
COPY_BEGINNING, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_row = Struct(">hiqiqiqiqid")
_row_without_value = Struct(">hiqiqiqiqi")
_when = itemgetter(1, 2)
_ROWS_AT_ONCE = 1000
_LARGEST_STEP = 2**63 - 1


class Series(msgspec.Struct, frozen=True):
    """All points of one metric of one run, and the last of them."""

    id: int
    run: int
    points: int
    last_step: int
    last_time: int
    last_value: float | None


class Points:
    """Collects points by their series, and writes them all at once.

    Args:
        connection: A connection inside a transaction that has locked the runs.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._of_runs: dict[int, dict[str, list[Point]]] = {}
        self._counts: dict[int, int] = {}

    def add(self, run: RunRow, event: MetricsLogged) -> None:
        """Takes the points of one step.

        Raises:
            OverflowError: No column can hold the step.
        """
        step, time_ms = event.step, event.time_ns // 1_000_000
        if not -_LARGEST_STEP <= step <= _LARGEST_STEP:
            raise OverflowError(f"the step {step} is too large")
        of_run = self._of_runs.setdefault(run.id, {})
        count = self._counts.get(run.id, 0)
        for name, value in event.metrics.items():
            count += 1
            if "\0" in name:
                name = without_zeros(name)  # noqa: PLW2901 - the name that the table has
            of_run.setdefault(name, []).append((count, step, time_ms, value))
        self._counts[run.id] = count

    def write(self) -> None:
        """Writes them, and what is the last of each series now."""
        if not self._of_runs:
            return
        known = self._series()
        before: dict[int, int] = {}
        for series in known.values():
            before[series.run] = before.get(series.run, 0) + series.points
        grown = [
            (known[run, name], points)
            for run, of_run in self._of_runs.items()
            for name, points in of_run.items()
        ]
        self._insert(
            (series.id, first + count, step, time_ms, value)
            for series, points in grown
            for first in (before[series.run],)
            for count, step, time_ms, value in points
        )
        self._connection.execute(_UPDATE, [_extended(series, points) for series, points in grown])

    def _series(self) -> dict[tuple[int, str], Series]:
        """All series of the runs, by run and name; those that are not there yet are made."""
        known = self._known(list(self._of_runs))
        missing = [
            (run, name)
            for run, of_run in self._of_runs.items()
            for name in of_run
            if (run, name) not in known
        ]
        if missing:
            names = [{"name": name} for name in sorted({name for _, name in missing})]
            ids = ids_of(self._connection, schema.metric_name.c.name, names)
            new = [
                {"run": run, "name": ids[name], "points": 0, **_first(self._of_runs[run][name])}
                for run, name in missing
            ]
            self._connection.execute(insert(schema.series), new)
            known |= self._known(sorted({run for run, _ in missing}))
        return known

    def _known(self, runs: list[int]) -> dict[tuple[int, str], Series]:
        found = select_where(self._connection, _SERIES, schema.series.c.run, runs)
        return {(series.run, name): series for name, series in map(_named, found)}

    def _insert(self, rows: Iterator[Row]) -> None:
        if self._connection.dialect.driver == "psycopg":
            _copy(self._connection, rows)
            return
        columns = schema.metric.columns.keys()
        self._connection.execute(
            insert(schema.metric), [dict(zip(columns, row, strict=True)) for row in rows]
        )


def _named(row: Sequence[Any]) -> tuple[str, Series]:
    name, *values = row
    return name, Series(*values)


def _first(points: list[Point]) -> dict[str, object]:
    _, step, time_ms, _ = points[0]
    return {"last_step": step, "last_time": time_ms}


def _extended(series: Series, points: list[Point]) -> dict[str, object]:
    """What a series is with new points, as the update takes it."""
    _, step, time_ms, value = max(reversed(points), key=_when)  # of those at once, the latest
    last: tuple[int, int, float | None] = (step, time_ms, value)
    if last[:2] < (series.last_step, series.last_time):
        last = (series.last_step, series.last_time, series.last_value)
    return {
        "row": series.id,
        "new_points": series.points + len(points),
        "new_step": last[0],
        "new_time": last[1],
        "new_value": last[2],
    }


def _copy(connection: Connection, rows: Iterator[Row]) -> None:
    """Inserts points by `COPY`, the fastest way into PostgreSQL."""
    psycopg: Any = connection.dialect.loaded_dbapi
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(COPY_BEGINNING)
            # in pieces, since the server works on one while the next is made
            while piece := copied_rows(islice(rows, _ROWS_AT_ONCE)):
                copy.write(piece)
            copy.write(COPY_END)
    except psycopg.Error as error:
        raise DBAPIError.instance(  # as SQLAlchemy raises what comes from its own statements
            _COPY, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def copied_rows(rows: Iterable[Row]) -> bytes:
    """Rows of the table `metric` in PostgreSQL's own format.

    Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
    """
    return b"".join(
        [
            _row.pack(5, 8, series, 8, number, 8, step, 8, time, 8, value)
            if value == value  # noqa: PLR0124 - which a NaN does not, and is asked in no time
            else _row_without_value.pack(5, 8, series, 8, number, 8, step, 8, time, -1)
            for series, number, step, time, value in rows
        ]
    )
