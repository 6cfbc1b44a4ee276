"""Metric points on their way into the table `metric`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.sqlite.statements import insert_flat, rows_per_statement

if TYPE_CHECKING:
    import sqlite3

    from autolog.events import MetricsLogged
    from autolog.sinks.sqlite.rows import KnownRows, RunRow, SeriesRow

_INSERT = "INSERT INTO metric (series, step, time, value)"
_WIDTH = 4


class Points:
    """Collects points, writes them whenever a statement is full, keeps their series true.

    Args:
        connection: A connection inside a transaction.
        rows: What is known of the database.
    """

    def __init__(self, connection: sqlite3.Connection, rows: KnownRows) -> None:
        self._connection = connection
        self._rows = rows
        self._first = rows.next_point
        self._runs: dict[int, RunRow] = {}
        self._values: list[object] = []
        self._full = _WIDTH * rows_per_statement(connection, _WIDTH)

    def add(self, run: RunRow, event: MetricsLogged) -> None:
        """Takes the points of one step."""
        self._runs[run.id] = run
        step, time_ms = event.step, event.time_ns // 1_000_000
        known, values, row = run.series, self._values, self._rows.next_point
        for name, value in event.metrics.items():
            series = known.get(name)
            if series is None:
                series = self._rows.begin_series(run, name, row, step, time_ms)
            values += (series.id, step, time_ms, value)
            series.points += 1
            series.last_row = row
            row += 1
            if step > series.last_step or (
                step == series.last_step and time_ms >= series.last_time
            ):
                series.last_step = step
                series.last_time = time_ms
                series.last_value = value
        self._rows.next_point = row
        if len(values) >= self._full:
            self._write_full()

    def write(self) -> list[SeriesRow]:
        """Writes what is left.

        Returns:
            The series that have grown.
        """
        self._write_full()
        if self._values:
            insert_flat(self._connection, _INSERT, _WIDTH, self._values)
            self._values = []
        return [
            series
            for run in self._runs.values()
            for series in run.series.values()
            if series.last_row >= self._first
        ]

    def _write_full(self) -> None:
        while len(self._values) >= self._full:
            insert_flat(self._connection, _INSERT, _WIDTH, self._values[: self._full])
            del self._values[: self._full]
