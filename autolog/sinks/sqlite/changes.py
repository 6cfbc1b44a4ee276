"""What the events of one batch change in the database."""

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
from autolog.sinks.sqlite.points import Points
from autolog.sinks.sqlite.rows import RUN_COLUMNS, SERIES_COLUMNS, run_values, series_values
from autolog.sinks.sqlite.statements import insert_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from autolog.events import Event
    from autolog.sinks.sqlite.rows import KnownRows, RunRow

WHOLE_PROCESS = 0
"""Stands where a run's id would, for losses that concern no single run."""

_REPLACE_RUN = f"REPLACE INTO run ({', '.join(RUN_COLUMNS)})"
_REPLACE_SERIES = f"REPLACE INTO series ({', '.join(SERIES_COLUMNS)})"
_REGISTER_MODEL = """
INSERT INTO model_version (model_id, name, version)
SELECT ?, ?, 1 + coalesce(max(version), 0) FROM model_version WHERE name = ?
ON CONFLICT (model_id) DO NOTHING
"""


class Changes:
    """Applies events to rows in memory, and writes the rows that changed.

    Args:
        connection: A connection inside a transaction.
        rows: What is known of the database.
    """

    def __init__(self, connection: sqlite3.Connection, rows: KnownRows) -> None:
        self._connection = connection
        self._rows = rows
        self._points = Points(connection, rows)
        self._runs: dict[int, RunRow] = {}
        self._params: dict[tuple[int, str], str] = {}
        self._tags: dict[tuple[int, str], str] = {}
        self._artifacts: dict[tuple[int, str], tuple[object, ...]] = {}
        self._datasets: dict[tuple[int, str, str], tuple[object, ...]] = {}
        self._models: dict[tuple[int, str], tuple[object, ...]] = {}
        self._registered: dict[str, str] = {}
        self._dropped: dict[tuple[int, str], int] = {}

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

    def write(self) -> None:
        """Writes every row that has changed."""
        connection = self._connection
        series = self._points.write()
        insert_rows(connection, _REPLACE_SERIES, map(series_values, series))
        insert_rows(connection, _REPLACE_RUN, map(run_values, self._runs.values()))
        insert_rows(connection, "REPLACE INTO param", _flat(self._params))
        insert_rows(connection, "REPLACE INTO tag", _flat(self._tags))
        insert_rows(connection, "REPLACE INTO artifact", _joined(self._artifacts))
        insert_rows(connection, "REPLACE INTO dataset", _joined(self._datasets))
        insert_rows(connection, "REPLACE INTO model", _joined(self._models))
        for model_id, name in self._registered.items():
            connection.execute(_REGISTER_MODEL, (model_id, name, name))
        insert_rows(
            connection,
            "INSERT INTO dropped (run, reason, count)",
            _flat(self._dropped),
            "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )

    def _run(self, event: Event) -> RunRow:
        run = self._rows.run(event.run_id)
        if run is None:
            if not event.run_id:
                raise RecordRejected(event, "it belongs to no run")
            run = self._rows.begin_run(event.run_id, event.time_ns)
            self._runs[run.id] = run
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
                run.environment = self._environment(event.packages)
                self._runs[run.id] = run
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
            self._registered.setdefault(event.model_id, event.registered_name)

    def _start(self, run: RunRow, event: RunStarted) -> None:
        run.name = event.name
        run.experiment = event.experiment
        run.parent_run_id = event.parent_run_id
        run.start_ns = event.time_ns
        self._runs[run.id] = run

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
        self._runs[run.id] = run

    def _add_dropped(self, event: Dropped) -> None:
        run = self._run(event).id if event.run_id else WHOLE_PROCESS
        place = run, event.reason
        self._dropped[place] = self._dropped.get(place, 0) + event.count

    def _environment(self, packages: Mapping[str, str]) -> int:
        from hashlib import sha256

        text = msgspec.json.encode(packages, order="sorted")
        digest = sha256(text).hexdigest()
        self._connection.execute(
            "INSERT OR IGNORE INTO environment (digest, packages) VALUES (?, ?)",
            (digest, text.decode()),
        )
        (environment,) = self._connection.execute(
            "SELECT id FROM environment WHERE digest = ?", (digest,)
        ).fetchone()
        return int(environment)


def _flat(rows: Mapping[tuple[int, str], object]) -> list[tuple[object, ...]]:
    return [(*key, value) for key, value in rows.items()]


def _joined(rows: Mapping[Any, tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(*key, *values) for key, values in rows.items()]
