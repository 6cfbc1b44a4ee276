"""All metric points of a run, in the order in which they arrived."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autolog.sinks.sqlite.statements import Connection

_AT_ONCE = 10_000

_SERIES = """
SELECT series.id, metric_name.name, series.first_row, series.last_row
FROM run
JOIN series ON series.run = run.id
JOIN metric_name ON metric_name.id = series.name
WHERE run.run_id = ?
"""
# By rows, which are read one after another; a run's other series lie between them anyway.
_POINTS = """
SELECT metric.id, metric.series, metric.step, metric.value, metric.time
FROM metric
WHERE metric.id BETWEEN ? AND ?
    AND metric.series IN (
        SELECT series.id FROM series JOIN run ON run.id = series.run WHERE run.run_id = ?
    )
ORDER BY metric.id LIMIT ?
"""


class StoredPoint(NamedTuple):
    """One value of a metric, as it lies in the store.

    Attributes:
        row: Its place: a point that arrives later has a greater one.
        key: The metric's name.
        step: The step that it was logged for.
        value: The value, which may be NaN or infinite.
        time_ms: When it was logged, in milliseconds since the epoch.
    """

    row: int
    key: str
    step: int
    value: float
    time_ms: int


def next_points(connection: Connection, run_id: str, after: int) -> list[StoredPoint]:
    """The points of a run behind a row, 10 000 at most.

    Args:
        connection: A connection for reading.
        run_id: The run's full id.
        after: The row; 0 for the first points.
    """
    series = connection.execute(_SERIES, (run_id,)).fetchall()
    if not series:
        return []
    names = {number: name for number, name, _, _ in series}
    first = max(after + 1, min(first for _, _, first, _ in series))
    last = max(last for _, _, _, last in series)
    rows = connection.execute(_POINTS, (first, last, run_id, _AT_ONCE))
    return [
        StoredPoint(row, names[number], step, math.nan if value is None else value, time)
        for row, number, step, value, time in rows
    ]
