"""The store: the runs in a database, for whoever wants to look at them."""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autolog.errors import StoreError
from autolog.store.filters.query import select_runs
from autolog.store.finding import find_run
from autolog.store.finding_files import find_run_of_file
from autolog.store.finding_models import find_model, find_version
from autolog.store.loading import RunLoader
from autolog.store.recorded import MetricPoint, time_from_ms
from autolog.store.sqlite_file import SQLiteFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.points import StoredPoint
    from autolog.store.recorded import RecordedModel, RecordedRun
    from autolog.store.source import Source


class AnyParent(Enum):
    """The type of `ANY_PARENT`."""

    ANY = "any"


ANY_PARENT: Final = AnyParent.ANY
"""Stands for: child runs and top-level runs alike."""

_AT_ONCE = 200
"""How many runs of many are in memory at a time."""


class Store:
    """Reads recorded runs. Nothing is kept open between calls, and nothing is ever changed.

    Every method raises `StoreMissing` where there is no database, `StoreTooNew` where a newer
    autolog wrote it, and `StoreError` where it cannot be read.

    Args:
        source: The database's file, or what else has the rows; see `autolog.store.opening`.
        directory: The autolog directory, which has the artifacts; by default the file's own.

    Attributes:
        source: What has the rows.
        artifacts: The folder that has a folder of files for each run.

    Example:
        >>> store = Store(Path(".autolog/runs.db"))
        >>> [run.name for run in store.runs("metrics.accuracy > 0.9")]
        ['LogisticRegression']
    """

    def __init__(self, source: Path | Source, *, directory: Path | None = None) -> None:
        self.source: Source
        if isinstance(source, Path):
            self.source = SQLiteFile(source.absolute())
            directory = directory or source.parent
        else:
            self.source = source
        self.artifacts = (directory or Path()).absolute() / "artifacts"

    @property
    def path(self) -> Path:
        """The database's file.

        Raises:
            StoreError: The store is a server's.
        """
        if isinstance(self.source, SQLiteFile):
            return self.source.path
        raise StoreError(
            f"{self.source.name} is a server, which gives space back with its own tools; this "
            "needs the store of an autolog directory."
        )

    def size_bytes(self) -> int:
        """The size of the database, 0 where there is none."""
        return self.source.size_bytes()

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
            conditions.append(("run.experiment = ?", experiment))
        if isinstance(parent, str):
            conditions.append(("run.parent_run_id = ?", parent))
        query = select_runs(
            filter or "",
            order_by,
            self.source.dialect,
            limit=limit,
            conditions=conditions,
            top_level=parent is None,
        )
        with self.source.reading() as connection:
            return self._loader(connection).load(query.ids(connection))

    def each_run(
        self,
        filter: str | None = None,  # noqa: A002 - what a filter is called in this field
        *,
        experiment: str | None = None,
    ) -> Iterator[RecordedRun]:
        """The runs that match, from the oldest on, however many there are: few are in memory.

        Args:
            filter: As for `runs`.
            experiment: Only runs of this experiment.

        Raises:
            FilterError: The filter is not written in the grammar.
        """
        conditions = [] if experiment is None else [("run.experiment = ?", experiment)]
        query = select_runs(
            filter or "",
            (),
            self.source.dialect,
            limit=None,
            conditions=conditions,
        )
        with self.source.reading() as connection:
            # to the nanosecond, which an order by the time of its start does not tell
            ids = query.ids(connection)[::-1]
        for first in range(0, len(ids), _AT_ONCE):
            with self.source.reading() as connection:
                runs = self._loader(connection).load(ids[first : first + _AT_ONCE])
            yield from runs

    def run(self, run_id: str) -> RecordedRun:
        """One run.

        Args:
            run_id: Its id, the beginning of its id if no other run's begins so, or `last` for the
                newest top-level run.

        Raises:
            RunNotFound: No run, or more than one, is meant.
        """
        with self.source.reading() as connection:
            (run,) = self._loader(connection).load([find_run(connection, run_id, self.source.name)])
        return run

    def model(self, model_id: str) -> tuple[RecordedRun, RecordedModel]:
        """One model, and the run that has kept it.

        Args:
            model_id: `m-` and 32 hexadecimal digits.

        Raises:
            ModelNotFound: There is no such model.
        """
        with self.source.reading() as connection:
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
        with self.source.reading() as connection:
            return self._model(
                connection, find_version(connection, name, version, self.source.name)
            )

    def run_of_file(self, file: str) -> str | None:
        """The id of the newest run that has noted a file where it is, or else one beside it.

        Args:
            file: The file's absolute path.
        """
        if not self.source.exists():
            return None
        with self.source.reading() as connection:
            return find_run_of_file(connection, file, self.artifacts)

    def metric_history(self, run_id: str, key: str) -> list[MetricPoint]:
        """Every value of a run's metric, by step and then by time; empty for an unknown one.

        Args:
            run_id: The run's full id.
            key: The metric's name.
        """
        with self.source.reading() as connection:
            points = self.source.history(connection, run_id, key)
        return [
            MetricPoint(step, math.nan if value is None else value, time_from_ms(time))
            for step, value, time in points
        ]

    def points(self, run_id: str, after: int = 0) -> Iterator[StoredPoint]:
        """Every value of every metric of a run, in the order in which they arrived.

        Args:
            run_id: The run's full id.
            after: The row of the last point that is known already; 0 for none.
        """
        while True:
            with self.source.reading() as connection:
                points = self.source.next_points(connection, run_id, after)
            if not points:
                return
            yield from points
            after = points[-1].row

    def _model(self, connection: Connection, model_id: str) -> tuple[RecordedRun, RecordedModel]:
        (run,) = self._loader(connection).load([find_model(connection, model_id, self.source.name)])
        return run, next(model for model in run.models if model.model_id == model_id)

    def _loader(self, connection: Connection) -> RunLoader:
        return RunLoader(connection, self.artifacts, self)
