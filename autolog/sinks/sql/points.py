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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from autolog.events import MetricsLogged
    from autolog.sinks.sql.collecting import Steps
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
        steps: The steps.
        before: How many points the run had before.
        series: The series of each metric.
    """

    steps: Steps
    before: int
    series: Mapping[str, Series]

    def copied(self) -> Iterator[bytes]:
        """The rows of the table `metric`, for `COPY`."""
        return copied_rows(
            self.steps.steps, {name: one.id for name, one in self.series.items()}, self.before
        )

    def rows(self) -> Iterator[tuple[int, int, int, int, float]]:
        """The rows of the table `metric`."""
        number = self.before
        for step, time_ms, metrics in self.steps.steps:
            for name, value in metrics.items():
                number += 1
                yield self.series[name].id, number, step, time_ms, value

    def grown(self) -> list[Series]:
        """The series, as they are with the points."""
        for name, count in self.steps.counts.items():
            self.series[name].points += count
        for name, (step, time_ms, value) in self.steps.last.items():
            one = self.series[name]  # of several names, where no column can hold the difference
            if (step, time_ms) >= (one.last_step, one.last_time):
                one.last_step, one.last_time, one.last_value = step, time_ms, value
        return list({one.id: one for one in self.series.values()}.values())


class Points:
    """Finds the rows of runs whose points were collected, and writes them all at once.

    Args:
        connection: A connection inside a transaction that has locked the runs.
        collected: The steps of each run, by the run's id.
    """

    def __init__(self, connection: Connection, collected: Mapping[str, Steps]) -> None:
        self._connection = connection
        self._collected = collected
        self._runs: dict[str, int] = {}
        self._series: dict[str, dict[str, Series]] = {}
        self._grown: dict[int, Series] = {}

    def add(self, run: RunRow, event: MetricsLogged) -> None:
        """Takes all points of the run that an event belongs to."""
        if self._collected[event.run_id].steps:
            self._runs[event.run_id] = run.id

    def write(self, following: Iterable[Mapping[str, Steps]]) -> None:
        """Writes them, and what is the last of each series now.

        Args:
            following: The steps of each run in batches that come behind; for each metric, there
                is a series of the run (see `have_series_of`).
        """
        if not self._runs:
            return
        self._find_series()
        new = chain.from_iterable(map(self._new, chain([self._collected], following)))
        if self._connection.dialect.driver == "psycopg":
            copy_rows(self._connection, chain.from_iterable(one.copied() for one in new))
        else:
            rows = sorted(row for one in new for row in one.rows())
            self._connection.execute(
                insert(schema.metric), [named(schema.metric, row) for row in rows]
            )
        self._connection.execute(_UPDATE, list(map(_new_values, self._grown.values())))

    def have_series_of(self, collected: Mapping[str, Steps]) -> bool:
        """Whether steps only add to series that are written anyway."""
        return all(
            without_zeros(name) in self._series.get(run_id, ())
            for run_id, steps in collected.items()
            for name in steps.counts
        )

    def _new(self, collected: Mapping[str, Steps]) -> Iterator[NewPoints]:
        """What each run gets; a series counts its points as soon as they are written."""
        for run_id, steps in collected.items():
            if steps.steps:
                series = self._series[run_id]
                new = NewPoints(
                    steps,
                    before=sum(one.points for one in series.values()),
                    series={name: series[without_zeros(name)] for name in steps.counts},
                )
                yield new
                self._grown.update({one.id: one for one in new.grown()})

    def _find_series(self) -> None:
        names = {
            run: list(map(without_zeros, self._collected[run_id].counts))
            for run_id, run in self._runs.items()
        }
        known = self._known_or_made(names)
        self._series = {run_id: known[run] for run_id, run in self._runs.items()}

    def _known_or_made(self, names: Mapping[int, Iterable[str]]) -> dict[int, dict[str, Series]]:
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
