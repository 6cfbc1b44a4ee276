"""Points on their way into PostgreSQL by `COPY`, the fastest way there is."""

from __future__ import annotations

from collections import defaultdict
from struct import Struct
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    # a step, its milliseconds, its metrics
    Step = tuple[int, int, dict[str, float]]

# PostgreSQL's own format, which neither side has to make text of: the number of columns, and before
# each value its length, which is -1 for NULL.
# Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
COPY = "COPY metric (series, number, step, time, value) FROM STDIN (FORMAT BINARY)"
COPY_BEGINNING, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
# A row in three pieces, of which the first is the same for a series, the second for a step.
_of_series = Struct(">hiqi")
_of_step = Struct(">iqiq")
_of_point = Struct(f">q{_of_step.size}sid")
_of_point_without_value = Struct(f">q{_of_step.size}si")
_STEPS_AT_ONCE = 500
_BYTES_AT_ONCE = 50_000


def copy_rows(connection: Connection, rows: Iterable[bytes]) -> None:
    """Inserts points.

    Args:
        connection: A connection of psycopg's, inside a transaction.
        rows: What `copied_rows` makes. The server works on some while the next are made.
    """
    psycopg: Any = connection.dialect.loaded_dbapi
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(COPY) as copy:
            waiting = bytearray(COPY_BEGINNING)
            for some in rows:
                waiting += some
                if len(waiting) >= _BYTES_AT_ONCE:
                    copy.write(waiting)
                    waiting = bytearray()
            copy.write(waiting + COPY_END)
    except psycopg.Error as error:
        raise DBAPIError.instance(  # as SQLAlchemy raises what comes from its own statements
            COPY, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def copied_rows(steps: Sequence[Step], series: Mapping[str, int], number: int) -> Iterator[bytes]:
    """The rows of the points of one run.

    Those of a series are together, as they are when they are read.

    Args:
        steps: The steps, in the order in which they were logged.
        series: The series of each metric.
        number: The number of the last point that the run had before.

    Yields:
        Some rows at a time.
    """
    for first in range(0, len(steps), _STEPS_AT_ONCE):
        # nothing comes first, as what is the same for a series is put between what is not
        points: defaultdict[str, list[bytes]] = defaultdict(lambda: [b""])
        for step, time_ms, metrics in steps[first : first + _STEPS_AT_ONCE]:
            of_step = _of_step.pack(8, step, 8, time_ms)
            for name, value in metrics.items():
                number += 1
                points[name].append(
                    _of_point.pack(number, of_step, 8, value)
                    if value == value  # noqa: PLR0124 - which a NaN does not, and is asked in no time
                    else _of_point_without_value.pack(number, of_step, -1)
                )
        for name, of_points in points.items():
            yield _of_series.pack(5, 8, series[name], 8).join(of_points)
