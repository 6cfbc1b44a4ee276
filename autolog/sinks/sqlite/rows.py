"""The rows of runs and of their series as they stand in the database, kept between batches."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from autolog.events import Status
from autolog.sinks.sqlite.statements import in_chunks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

RUN_COLUMNS = (
    "id",
    "run_id",
    "parent_run_id",
    "experiment",
    "name",
    "status",
    "start_ns",
    "end_ns",
    "error_type",
    "error_message",
    "error_traceback",
    "environment",
)
SERIES_COLUMNS = (
    "id",
    "run",
    "name",
    "points",
    "first_row",
    "last_row",
    "last_step",
    "last_time",
    "last_value",
)


class SeriesRow(msgspec.Struct):
    """All points of one metric of one run: between which rows they lie, and the last of them."""

    id: int
    run: int
    name: int
    points: int
    first_row: int
    last_row: int
    last_step: int
    last_time: int
    last_value: float | None


class RunRow(msgspec.Struct):
    """A run; one whose beginning has not arrived yet has no experiment and an empty name."""

    id: int
    run_id: str
    parent_run_id: str | None = None
    experiment: str | None = None
    name: str = ""
    status: str = Status.RUNNING.value
    start_ns: int = 0
    end_ns: int | None = None
    error_type: str | None = None
    error_message: str | None = None
    error_traceback: str | None = None
    environment: int | None = None
    series: dict[str, SeriesRow] = msgspec.field(default_factory=dict)


run_values = attrgetter(*RUN_COLUMNS)
series_values = attrgetter(*SERIES_COLUMNS)


def packages_with_digest(packages: Mapping[str, str]) -> tuple[str, str]:
    """A set of packages as JSON, and the digest that tells it from others."""
    from hashlib import sha256

    text = msgspec.json.encode(packages, order="sorted")
    return text.decode(), sha256(text).hexdigest()


class KnownRows:
    """What is known of the database without asking it again.

    True for as long as nobody else writes to the database.

    Args:
        connection: A connection inside a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[str, RunRow] = {}
        self._names: dict[str, int] = {}
        self._next_run, self._next_series, self.next_point = connection.execute(
            "SELECT 1 + coalesce((SELECT max(id) FROM run), 0),"
            " 1 + coalesce((SELECT max(id) FROM series), 0),"
            " 1 + coalesce((SELECT max(id) FROM metric), 0)"
        ).fetchone()

    def load(self, run_ids: Iterable[str]) -> None:
        """Reads those of the runs that are not known yet, all at once."""
        unknown = [run_id for run_id in run_ids if run_id not in self._runs]
        loaded: dict[int, RunRow] = {}
        select = f"SELECT {', '.join(RUN_COLUMNS)} FROM run WHERE run_id IN "  # noqa: S608 - own names
        for row in in_chunks(self._connection, select, unknown):
            run = RunRow(*row)
            self._runs[run.run_id] = loaded[run.id] = run
        columns = ", ".join(f"series.{column}" for column in SERIES_COLUMNS)
        select = (
            f"SELECT metric_name.name, {columns} FROM series"  # noqa: S608 - own names
            " JOIN metric_name ON metric_name.id = series.name WHERE series.run IN "
        )
        for name, *values in in_chunks(self._connection, select, list(loaded)):
            series = SeriesRow(*values)
            loaded[series.run].series[name] = series
            self._names[name] = series.name

    def run(self, run_id: str) -> RunRow | None:
        """The run, if the database or the batch so far has it."""
        return self._runs.get(run_id)

    def begin_run(self, run_id: str, time_ns: int) -> RunRow:
        """A new run, of which no more is known than that it was there at a time."""
        run = RunRow(self._next_run, run_id, start_ns=time_ns)
        self._runs[run_id] = run
        self._next_run += 1
        return run

    def begin_series(self, run: RunRow, name: str, row: int, step: int, time_ms: int) -> SeriesRow:
        """A new series, whose first point is about to come."""
        series = SeriesRow(
            id=self._next_series,
            run=run.id,
            name=self._name_id(name),
            points=0,
            first_row=row,
            last_row=row,
            last_step=step,
            last_time=time_ms,
            last_value=None,
        )
        run.series[name] = series
        self._next_series += 1
        return series

    def environment(self, packages: Mapping[str, str]) -> int:
        """The row of a set of packages, made if there is none."""
        text, digest = packages_with_digest(packages)
        self._connection.execute(
            "INSERT OR IGNORE INTO environment (digest, packages) VALUES (?, ?)", (digest, text)
        )
        (environment,) = self._connection.execute(
            "SELECT id FROM environment WHERE digest = ?", (digest,)
        ).fetchone()
        return int(environment)

    def forget_ended(self) -> None:
        """Keeps only runs that may still get events."""
        self._runs = {
            run_id: run for run_id, run in self._runs.items() if run.status == Status.RUNNING
        }

    def _name_id(self, name: str) -> int:
        known = self._names.get(name)
        if known is None:
            self._connection.execute("INSERT OR IGNORE INTO metric_name (name) VALUES (?)", (name,))
            (known,) = self._connection.execute(
                "SELECT id FROM metric_name WHERE name = ?", (name,)
            ).fetchone()
            self._names[name] = known
        return int(known)
