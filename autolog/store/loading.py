"""Builds recorded runs from rows, with a fixed number of queries for any number of runs."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from autolog.events import RunError, Status
from autolog.sinks.sqlite.statements import in_chunks
from autolog.store.recorded import (
    Artifact,
    RecordedDataset,
    RecordedModel,
    RecordedRun,
    time_from_ns,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.store import Store

_RUNS = (
    "SELECT id, run_id, parent_run_id, experiment, name, status, start_ns, end_ns,"
    " error_type, error_message, error_traceback, environment FROM run WHERE id IN"
)
_PARAMS = 'SELECT run, "key", value FROM param WHERE run IN'
_TAGS = 'SELECT run, "key", value FROM tag WHERE run IN'
_METRICS = (
    "SELECT series.run, metric_name.name, series.last_value FROM series"
    " JOIN metric_name ON metric_name.id = series.name WHERE series.run IN"
)
_ARTIFACTS = "SELECT run, path, size_bytes, drawn_from, location FROM artifact WHERE run IN"
_DATASETS = (
    'SELECT run, name, context, digest, source_type, source, "schema", profile FROM dataset'
    " WHERE run IN"
)
_MODELS = (
    "SELECT run, model.name, model_id, flavor, size_bytes, signature, files,"
    " model_version.name, version FROM model LEFT JOIN model_version USING (model_id) WHERE run IN"
)
_DROPPED = "SELECT run, reason, count FROM dropped WHERE run IN"
_CHILD_COUNTS = (
    "SELECT parent.id, 'children', count(*) FROM run AS parent"
    " JOIN run AS child ON child.parent_run_id = parent.run_id WHERE parent.id IN"
)


class RunLoader:
    """Reads whole runs by their rows' ids.

    Args:
        connection: A connection for reading.
        artifacts: The folder that holds a folder of files for each run.
        store: What the runs ask later for their children and histories.
    """

    def __init__(self, connection: Connection, artifacts: Path, store: Store) -> None:
        self._connection = connection
        self._artifacts = artifacts
        self._store = store

    def load(self, ids: Sequence[int]) -> list[RecordedRun]:
        """The runs, in the order of the ids."""
        rows = {row[0]: row for row in self._select(_RUNS, ids)}
        params = self._by_run(_PARAMS, ids, 'ORDER BY run, "key"')
        tags = self._by_run(_TAGS, ids, 'ORDER BY run, "key"')
        metrics = self._by_run(_METRICS, ids)
        artifacts = self._grouped(_ARTIFACTS, ids, "ORDER BY run, path")
        datasets = self._grouped(_DATASETS, ids, "ORDER BY run, name, context")
        models = self._grouped(_MODELS, ids, "ORDER BY run, model.name")
        dropped = self._by_run(_DROPPED, ids, "ORDER BY run, reason")
        children = self._by_run(_CHILD_COUNTS, ids, "GROUP BY parent.id")
        packages = self._packages({row[-1] for row in rows.values() if row[-1] is not None})
        return [
            self._run(
                rows[run],
                params=params[run],
                tags=tags[run],
                metrics={name: _number(value) for name, value in sorted(metrics[run].items())},
                artifacts=artifacts[run],
                datasets=datasets[run],
                models=models[run],
                dropped=dropped[run],
                child_count=children[run].get("children", 0),
                packages=packages.get(rows[run][-1], {}),
            )
            for run in ids
            if run in rows
        ]

    def _run(
        self,
        row: tuple[Any, ...],
        *,
        params: dict[str, Any],
        tags: dict[str, Any],
        metrics: dict[str, float],
        artifacts: list[tuple[Any, ...]],
        datasets: list[tuple[Any, ...]],
        models: list[tuple[Any, ...]],
        dropped: dict[str, Any],
        child_count: int,
        packages: dict[str, str],
    ) -> RecordedRun:
        _, run_id, parent, experiment, name, status, start, end, kind, message, trace, _ = row
        directory = self._artifacts / run_id
        locations = {path: location for path, _, _, location in artifacts}
        kept = tuple(_model(directory, values, locations) for values in models)
        return RecordedRun(
            run_id=run_id,
            parent_run_id=parent,
            experiment=experiment or "",
            name=name,
            status=Status(status),
            start_time=time_from_ns(start),
            end_time=None if end is None else time_from_ns(end),
            params=params,
            metrics=metrics,
            tags=tags,
            artifacts=tuple(
                Artifact(
                    path,
                    size,
                    drawn_from,
                    location,
                    directory,
                    _model_of(drawn_from, kept),
                    locations.get(drawn_from or ""),
                )
                for path, size, drawn_from, location in artifacts
            ),
            datasets=tuple(_dataset(*values) for values in datasets),
            models=kept,
            error=None if kind is None else RunError(kind, message, trace),
            packages=packages,
            dropped=dropped,
            child_count=child_count,
            artifact_directory=directory,
            _store=self._store,
        )

    def _grouped(
        self, select: str, ids: Sequence[int], tail: str
    ) -> dict[int, list[tuple[Any, ...]]]:
        found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for run, *values in self._select(select, ids, tail):
            found[run].append(tuple(values))
        return found

    def _by_run(self, select: str, ids: Sequence[int], tail: str = "") -> dict[int, dict[str, Any]]:
        found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        for run, key, value in self._select(select, ids, tail):
            found[run][key] = value
        return found

    def _packages(self, environments: set[int]) -> dict[int, dict[str, str]]:
        select = "SELECT id, packages FROM environment WHERE id IN"
        return {key: json.loads(text) for key, text in self._select(select, sorted(environments))}

    def _select(self, select: str, ids: Sequence[int], tail: str = "") -> list[tuple[Any, ...]]:
        return list(in_chunks(self._connection, select, ids, tail))


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _dataset(
    name: str, context: str, digest: str, source_type: str, *texts: str
) -> RecordedDataset:
    source, schema, profile = map(json.loads, texts)
    return RecordedDataset(name, context, digest, source_type, source, schema, profile)


def _model_of(source: str | None, models: tuple[RecordedModel, ...]) -> RecordedModel | None:
    """The model that a file belongs to; `None` if it is no model's."""
    if source is None:
        return None
    return next((model for model in models if source.startswith(f"{model.name}/")), None)


def _model(
    directory: Path, values: tuple[Any, ...], locations: Mapping[str, str | None]
) -> RecordedModel:
    name, model_id, flavor, size_bytes, signature, files, registered_name, version = values
    return RecordedModel(
        name=name,
        model_id=model_id,
        flavor=flavor,
        size_bytes=size_bytes,
        signature=None if signature is None else json.loads(signature),
        files=json.loads(files),
        directory=directory / name,
        registered_name=registered_name,
        registered_version=version,
        _locations=locations,
    )
