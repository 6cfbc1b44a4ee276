"""What the events of one batch change in the tables of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.errors import RecordRejected
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from autolog.events import Event
    from autolog.sinks.sqlite.rows import RunRow

    # Here, since it takes its time to make a protocol, and a short script waits for this module.
    class Rows(Protocol):
        """The rows of a store that changes are made to."""

        def load(self, run_ids: Iterable[str], /) -> None:
            """Reads what is needed of runs that are about to change."""
            ...

        def run(self, run_id: str, /) -> RunRow | None:
            """A run, if the store or the batch so far has it."""
            ...

        def begin_run(self, run_id: str, time_ns: int, /) -> RunRow:
            """A new run, of which no more is known than that it was there at a time."""
            ...

        def environment(self, packages: Mapping[str, str], /) -> int:
            """The row of a set of packages, made if there is none."""
            ...

    class TakesPoints(Protocol):
        """Where metric points go."""

        def add(self, run: RunRow, event: MetricsLogged, /) -> None:
            """Takes the points of one step."""
            ...


WHOLE_PROCESS = 0
"""Stands where a run's id would, for losses that concern no single run."""


class Changes:
    """Applies events to rows in memory.

    Args:
        rows: The rows that the store has.
        points: Takes the metric points.

    Attributes:
        runs: The runs that have changed, by their rows.
        registered: The registered model that each model is to be a version of, by its id.
        dropped: How much more is lost, by run and reason.
    """

    def __init__(self, rows: Rows, points: TakesPoints) -> None:
        self._rows = rows
        self._points = points
        self.runs: dict[int, RunRow] = {}
        self.registered: dict[str, str] = {}
        self.dropped: dict[tuple[int, str], int] = {}
        self._params: dict[tuple[int, str], str] = {}
        self._tags: dict[tuple[int, str], str] = {}
        self._artifacts: dict[tuple[int, str], tuple[object, ...]] = {}
        self._datasets: dict[tuple[int, str, str], tuple[object, ...]] = {}
        self._models: dict[tuple[int, str], tuple[object, ...]] = {}

    def apply(self, events: Sequence[Event]) -> None:
        """Takes events in the order in which they happened."""
        self._rows.load({event.run_id for event in events if event.run_id})
        for event in events:
            if isinstance(event, MetricsLogged):
                self._points.add(self._run(event), event)
            elif isinstance(event, Dropped):
                self._add_dropped(event)
            else:
                self._apply_to_run(self._run(event), event)

    def replaced(self) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
        """The rows that replace those of the same key, by table, in the order of its columns."""
        yield "param", _flat(self._params)
        yield "tag", _flat(self._tags)
        yield "artifact", _joined(self._artifacts)
        yield "dataset", _joined(self._datasets)
        yield "model", _joined(self._models)

    def _run(self, event: Event) -> RunRow:
        run = self._rows.run(event.run_id)
        if run is None:
            if not event.run_id:
                raise RecordRejected(event, "it belongs to no run")
            run = self._rows.begin_run(event.run_id, event.time_ns)
            self.runs[run.id] = run
        return run

    def _apply_to_run(self, run: RunRow, event: Event) -> None:
        match event:
            case ParamsLogged():
                self._params.update({(run.id, key): value for key, value in event.params.items()})
            case TagsSet():
                self._set_tags(run, event.tags)
            case ArtifactStored():
                self._artifacts[run.id, event.path] = (
                    event.size_bytes,
                    event.drawn_from,
                    event.location,
                )
            case DatasetUsed():
                self._use_dataset(run, event)
            case ModelStored():
                self._store_model(run, event)
            case EnvironmentCaptured():
                self._set_tags(run, event.tags)
                run.environment = self._rows.environment(event.packages)
                self.runs[run.id] = run
            case RunStarted():
                self._start(run, event)
            case RunEnded():
                self._end(run, event)

    def _set_tags(self, run: RunRow, tags: Mapping[str, str]) -> None:
        self._tags.update({(run.id, key): value for key, value in tags.items()})

    def _use_dataset(self, run: RunRow, event: DatasetUsed) -> None:
        self._datasets[run.id, event.name, event.context] = (
            event.digest,
            event.source_type,
            event.source,
            event.schema,
            event.profile,
        )

    def _store_model(self, run: RunRow, event: ModelStored) -> None:
        self._models[run.id, event.name] = (
            event.model_id,
            event.flavor,
            event.size_bytes,
            event.signature,
            msgspec.json.encode(event.files).decode(),
        )
        if event.registered_name is not None:
            self.registered.setdefault(event.model_id, event.registered_name)

    def _start(self, run: RunRow, event: RunStarted) -> None:
        run.name = event.name
        run.experiment = event.experiment
        run.parent_run_id = event.parent_run_id
        run.start_ns = event.time_ns
        self.runs[run.id] = run

    def _end(self, run: RunRow, event: RunEnded) -> None:
        ended_by_itself = run.status in {Status.FINISHED, Status.FAILED}
        if event.status == Status.KILLED and ended_by_itself:
            return
        error = event.error
        run.status = event.status.value
        run.end_ns = event.time_ns
        run.error_type = error.type if error else None
        run.error_message = error.message if error else None
        run.error_traceback = error.traceback if error else None
        self.runs[run.id] = run

    def _add_dropped(self, event: Dropped) -> None:
        run = self._run(event).id if event.run_id else WHOLE_PROCESS
        place = run, event.reason
        self.dropped[place] = self.dropped.get(place, 0) + event.count


def _flat(rows: Mapping[tuple[int, str], object]) -> list[tuple[object, ...]]:
    return [(*key, value) for key, value in rows.items()]


def _joined(rows: Mapping[Any, tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(*key, *values) for key, values in rows.items()]
