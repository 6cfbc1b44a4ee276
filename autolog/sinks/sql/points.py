"""Metric points on their way into the tables `metric` and `series`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, insert, select, update

from autolog.sinks.sql import schema
from autolog.sinks.sql.collecting import LARGEST_STEP
from autolog.sinks.sql.columns import without_zeros
from autolog.sinks.sql.copying import copied_rows, copy_rows
from autolog.sinks.sql.statements import ids_of, named, select_where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from autolog.events import MetricsLogged
    from autolog.sinks.sql.collecting import Point, Steps
    from autolog.sinks.sql.copying import Step
    from autolog.sinks.sqlite.rows import RunRow

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
# Any point is later than that, and the first ones come in the same transaction.
_WITHOUT_POINTS = {"points": 0, "last_step": -LARGEST_STEP, "last_time": 0}


class Series(msgspec.Struct):
    """All points of one metric of one run, and the last of them."""

    id: int
    run: int
    points: int
    last_step: int
    last_time: int
    last_value: float | None


class NewPoints(msgspec.Struct):
    """What a batch adds to one run.

    Attributes:
        steps: The steps, in the order in which they were logged.
        before: How many points the run had before.
        counts: How many points each metric gets.
        last: The last of them.
        series: The series of each metric.
    """

    steps: list[Step]
    before: int
    counts: Mapping[str, int]
    last: Mapping[str, Point]
    series: dict[str, Series]

    def copied(self) -> Iterator[bytes]:
        """The rows of the table `metric`, for `COPY`."""
        return copied_rows(
            self.steps, {name: one.id for name, one in self.series.items()}, self.before
        )

    def rows(self) -> Iterator[tuple[int, int, int, int, float]]:
        """The rows of the table `metric`."""
        number = self.before
        for step, time_ms, metrics in self.steps:
            for name, value in metrics.items():
                number += 1
                yield self.series[name].id, number, step, time_ms, value

    def grown(self) -> list[Series]:
        """The series, as they are with the points."""
        for name, count in self.counts.items():
            self.series[name].points += count
        for name, (step, time_ms, value) in self.last.items():
            one = self.series[name]  # of several names, where no column can hold the difference
            if (step, time_ms) >= (one.last_step, one.last_time):
                one.last_step, one.last_time, one.last_value = step, time_ms, value
        return list({one.id: one for one in self.series.values()}.values())


class Points:
    """Finds the rows of runs whose points were collected, and writes them all at once.

    Args:
        connection: A connection inside a transaction that has locked the runs.
        collected: The steps of each run, by the run's id.
        handed_over: Called when the server has all of them and is not done with them yet.
    """

    def __init__(
        self,
        connection: Connection,
        collected: Mapping[str, Steps],
        handed_over: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._handed_over = handed_over
        self._collected = collected
        self._of_runs: dict[int, Steps] = {}

    def add(self, run: RunRow, event: MetricsLogged) -> None:
        """Takes all points of the run that an event belongs to."""
        steps = self._collected[event.run_id]
        if steps.steps:
            self._of_runs[run.id] = steps

    def write(self) -> None:
        """Writes them, and what is the last of each series now."""
        if not self._of_runs:
            return
        new = self._new()
        if self._connection.dialect.driver == "psycopg":
            rows_of_all = chain.from_iterable(one.copied() for one in new)
            copy_rows(self._connection, rows_of_all, self._handed_over)
        else:
            rows = sorted(row for one in new for row in one.rows())
            self._connection.execute(
                insert(schema.metric), [named(schema.metric, row) for row in rows]
            )
        grown = [series for one in new for series in one.grown()]
        self._connection.execute(_UPDATE, [_new_values(series) for series in grown])

    def _new(self) -> list[NewPoints]:
        """What each run gets; series that are not there yet are made."""
        names = {run: list(map(without_zeros, new.counts)) for run, new in self._of_runs.items()}
        known = self._series(names)
        return [
            NewPoints(
                new.steps,
                before=sum(series.points for series in known[run].values()),
                counts=new.counts,
                last=new.last,
                series={name: known[run][without_zeros(name)] for name in new.counts},
            )
            for run, new in self._of_runs.items()
        ]

    def _series(self, names: Mapping[int, Iterable[str]]) -> dict[int, dict[str, Series]]:
        """All series of runs, among them those of some names; those not there yet are made."""
        known = self._known(list(names))
        missing = {  # each once, in this order
            (run, name): None
            for run, of_run in names.items()
            for name in of_run
            if name not in known[run]
        }
        if missing:
            rows = [{"name": name} for name in sorted({name for _, name in missing})]
            ids = ids_of(self._connection, schema.metric_name.c.name, rows)
            self._connection.execute(
                insert(schema.series),
                [{"run": run, "name": ids[name], **_WITHOUT_POINTS} for run, name in missing],
            )
            known |= self._known(sorted({run for run, _ in missing}))
        return known

    def _known(self, runs: Sequence[int]) -> dict[int, dict[str, Series]]:
        known: dict[int, dict[str, Series]] = {run: {} for run in runs}
        for name, *values in select_where(self._connection, _SERIES, schema.series.c.run, runs):
            series = Series(*values)
            known[series.run][name] = series
        return known


def _new_values(series: Series) -> dict[str, object]:
    return {
        "row": series.id,
        "new_points": series.points,
        "new_step": series.last_step,
        "new_time": series.last_time,
        "new_value": series.last_value,
    }
