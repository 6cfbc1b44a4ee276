"""Runs of the store, to be copied elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.copying.source import Point, SourceRun, as_steps
from autolog.errors import RunNotFound
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    TagsSet,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autolog.copying.source import Step
    from autolog.events import Event
    from autolog.store import RecordedDataset, RecordedModel, RecordedRun, Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def families(store: Store, chosen: Sequence[str]) -> Iterator[RecordedRun]:
    """The chosen runs with all runs under them, each once and after the one that it belongs under.

    Args:
        store: The store.
        chosen: Their ids, or the beginnings of these.

    Raises:
        RunNotFound: No run, or more than one, answers to an id.
    """
    given: set[str] = set()
    for run in map(store.run, chosen):
        for one in _family(run):
            if one.run_id not in given:
                given.add(one.run_id)
                yield one


def parents_first(store: Store) -> Iterator[RecordedRun]:
    """All runs of a store, from the oldest on, each after the one that it belongs under."""
    given: set[str] = set()
    for run in store.each_run():
        for one in _with_parents(store, run, given):
            if one.run_id not in given:
                given.add(one.run_id)
                yield one


def source_run(store: Store, run: RecordedRun) -> SourceRun:
    """A recorded run as the events that tell of it.

    Args:
        store: The store that it was read from.
        run: The run.
    """

    def points_after(token: Any) -> Iterator[Step]:
        points = store.points(run.run_id, token or 0)
        return as_steps(
            run.run_id,
            (Point(one.key, one.step, one.value, one.time_ms, one.row) for one in points),
        )

    return SourceRun(run.run_id, tuple(_beginning(run)), tuple(_ending(run)), points_after)


def nanoseconds(time: datetime) -> int:
    """Nanoseconds since the epoch."""
    return (time - _EPOCH) // _MICROSECOND * 1000


def _family(run: RecordedRun) -> Iterator[RecordedRun]:
    yield run
    for child in run.children:
        yield from _family(child)


def _with_parents(store: Store, run: RecordedRun, given: set[str]) -> list[RecordedRun]:
    """The run, behind those above it that have begun at the same moment and come later."""
    line = [run]
    while (parent := line[-1].parent_run_id) is not None and parent not in given:
        try:
            line.append(store.run(parent))
        except RunNotFound:
            break
    return line[::-1]


def _beginning(run: RecordedRun) -> Iterator[Event]:
    head = run.run_id, 0, nanoseconds(run.start_time)
    if run.name or run.experiment:  # else only later facts of it have arrived
        yield RunStarted(*head, run.name, run.experiment, run.parent_run_id)
    if run.params:
        yield ParamsLogged(*head, dict(run.params))
    if run.tags:
        yield TagsSet(*head, dict(run.tags))
    if run.packages:
        yield EnvironmentCaptured(*head, {}, dict(run.packages))
    for dataset in run.datasets:
        yield _dataset(head, dataset)


def _ending(run: RecordedRun) -> Iterator[Event]:
    end = run.end_time or run.start_time
    head = run.run_id, 0, nanoseconds(end)
    for file in run.artifacts:
        yield ArtifactStored(*head, file.path, file.size_bytes, file.drawn_from, file.location)
    for model in run.models:
        yield _model(head, model)
    for reason, count in run.dropped.items():
        yield Dropped(*head, count, reason)
    if run.end_time is not None:
        yield RunEnded(*head, run.status, run.error)


def _dataset(head: tuple[str, int, int], dataset: RecordedDataset) -> DatasetUsed:
    return DatasetUsed(
        *head,
        dataset.name,
        dataset.context,
        dataset.digest,
        dataset.source_type,
        _json(dataset.source),
        _json(dataset.schema),
        _json(dataset.profile),
    )


def _model(head: tuple[str, int, int], model: RecordedModel) -> ModelStored:
    return ModelStored(
        *head,
        model.name,
        model.model_id,
        model.flavor,
        model.size_bytes,
        None if model.signature is None else _json(model.signature),
        dict(model.files),
        model.registered_name,
    )


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
