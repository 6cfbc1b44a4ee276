"""The store: the runs in a database, for whoever wants to look at them."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Final

from autolog.store.filters.query import select_runs
from autolog.store.finding import find_run
from autolog.store.finding_files import find_run_of_file
from autolog.store.finding_models import find_model, find_version
from autolog.store.loading import RunLoader
from autolog.store.reading import reading
from autolog.store.recorded import MetricPoint, time_from_ms

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from autolog.store.recorded import RecordedModel, RecordedRun


class AnyParent(Enum):
    """The type of `ANY_PARENT`."""

    ANY = "any"


ANY_PARENT: Final = AnyParent.ANY
"""Stands for: child runs and top-level runs alike."""

# The rows between a series' first and last point may belong to others too.
_HISTORY = """
SELECT metric.step, metric.value, metric.time
FROM run
JOIN series ON series.run = run.id
JOIN metric_name ON metric_name.id = series.name
JOIN metric ON metric.id BETWEEN series.first_row AND series.last_row
    AND metric.series = series.id
WHERE run.run_id = ? AND metric_name.name = ?
ORDER BY metric.step, metric.time, metric.id
"""


class Store:
    """Reads recorded runs. Nothing is kept open between calls, and nothing is ever changed.

    Every method raises `StoreMissing` where there is no database, `StoreTooNew` where a newer
    autolog wrote it, and `StoreError` where it cannot be read.

    Args:
        path: The database's file.
        directory: The autolog directory, which has the artifacts; by default the database's own.

    Attributes:
        path: The database's file.
        artifacts: The folder that has a folder of files for each run.

    Example:
        >>> store = Store(Path(".autolog/runs.db"))
        >>> [run.name for run in store.runs("metrics.accuracy > 0.9")]
        ['LogisticRegression']
    """

    def __init__(self, path: Path, *, directory: Path | None = None) -> None:
        self.path = path.absolute()
        self.artifacts = (directory or path.parent).absolute() / "artifacts"

    def size_bytes(self) -> int:
        """The size of the database's file and its write-ahead log, 0 where there is none."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def runs(
        self,
        filter: str | None = None,  # noqa: A002 - what a filter is called in this field
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        experiment: str | None = None,
        parent: str | AnyParent | None = ANY_PARENT,
    ) -> list[RecordedRun]:
        """The runs that match.

        Args:
            filter: Comparisons joined by `and`, such as
                `metrics.accuracy > 0.9 and params.C = '1.0'`; see `autolog.store.filters`.
            order_by: What to sort by, such as `metrics.accuracy DESC`, the most important first.
                Runs without the value come last, equal ones newest first.
            limit: How many runs at most.
            experiment: Only runs of this experiment.
            parent: Only the children of this run; None for top-level runs only.

        Raises:
            FilterError: The filter or the order is not written in the grammar.
        """
        conditions: list[tuple[str, str]] = []
        if experiment is not None:
            conditions.append(("run.experiment IS ?", experiment))
        if isinstance(parent, str):
            conditions.append(("run.parent_run_id IS ?", parent))
        query = select_runs(
            filter or "",
            order_by,
            limit=limit,
            conditions=conditions,
            top_level=parent is None,
        )
        with reading(self.path) as connection:
            return self._loader(connection).load(query.ids(connection))

    def run(self, run_id: str) -> RecordedRun:
        """One run.

        Args:
            run_id: Its id, the beginning of its id if no other run's begins so, or `last` for the
                newest top-level run.

        Raises:
            RunNotFound: No run, or more than one, is meant.
        """
        with reading(self.path) as connection:
            (run,) = self._loader(connection).load([find_run(connection, run_id, self.path)])
        return run

    def model(self, model_id: str) -> tuple[RecordedRun, RecordedModel]:
        """One model, and the run that has kept it.

        Args:
            model_id: `m-` and 32 hexadecimal digits.

        Raises:
            ModelNotFound: There is no such model.
        """
        with reading(self.path) as connection:
            return self._model(connection, model_id)

    def registered_model(
        self, name: str, version: int | None = None
    ) -> tuple[RecordedRun, RecordedModel]:
        """A version of a registered model, and the run that has kept it.

        Args:
            name: The registered model's name.
            version: The version's number; by default that of the newest.

        Raises:
            ModelNotFound: There is no such version; the message names those that there are.
        """
        with reading(self.path) as connection:
            return self._model(connection, find_version(connection, name, version, self.path))

    def run_of_file(self, file: str) -> str | None:
        """The id of the newest run that has noted a file where it is, or else one beside it.

        Args:
            file: The file's absolute path.
        """
        if not self.path.is_file():
            return None
        with reading(self.path) as connection:
            return find_run_of_file(connection, file)

    def metric_history(self, run_id: str, key: str) -> list[MetricPoint]:
        """Every value of a run's metric, by step and then by time; empty for an unknown one.

        Args:
            run_id: The run's full id.
            key: The metric's name.
        """
        with reading(self.path) as connection:
            points = connection.execute(_HISTORY, (run_id, key)).fetchall()
        return [
            MetricPoint(step, math.nan if value is None else value, time_from_ms(time))
            for step, value, time in points
        ]

    def _model(
        self, connection: sqlite3.Connection, model_id: str
    ) -> tuple[RecordedRun, RecordedModel]:
        (run,) = self._loader(connection).load([find_model(connection, model_id, self.path)])
        return run, next(model for model in run.models if model.model_id == model_id)

    def _loader(self, connection: sqlite3.Connection) -> RunLoader:
        return RunLoader(connection, self.artifacts, self)
