"""A run of MLflow's, as the events that would have told of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.copying.source import NS_PER_MS, Point, SourceRun, as_steps
from autolog.errors import StoreError
from autolog.events import (
    DatasetUsed,
    Event,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.store.recorded import IMPORTED_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autolog.copying.source import Step
    from autolog.importing.mlflow_store import MLflowStore

RUN_ID_TAG = "autolog.run_id"
"""The tag of a run that autolog has sent to MLflow."""

PARENT_TAG = "mlflow.parentRunId"
"""The tag that names a run's parent, by MLflow's id."""

_RUN_ID = re.compile(r"[0-9a-f]{32}")
_OURS, _THEIRS = "default", "Default"
_OF_THE_SINK = (RUN_ID_TAG, PARENT_TAG, "autolog.delivered.", "autolog.joined.")
"""What the keys of the tags begin with that the sink sets."""

_SYSTEM_TAGS = {
    "mlflow.user": "user",
    "mlflow.source.name": "entry_script",
    "mlflow.source.git.commit": "git.commit",
    "mlflow.source.git.branch": "git.branch",
    "mlflow.source.git.repoURL": "git.remote",
}
_CONTEXT_TAG = "mlflow.data.context"
_RUNNING = {"RUNNING", "SCHEDULED"}


def id_of(run: Any) -> str:
    """The id of a run of MLflow's here: MLflow's, or the one that it had before it came there.

    Raises:
        StoreError: It has an id that no folder could bear.
    """
    before = run.data.tags.get(RUN_ID_TAG, "")
    run_id = before if _RUN_ID.fullmatch(before) else str(run.info.run_id)
    if not run_id.isalnum():
        raise StoreError(f"A run of MLflow's has the id {run_id!r}, which cannot be imported.")
    return run_id


def source_run(
    store: MLflowStore, run: Any, experiment: str, parent: str | None, files: Sequence[Event]
) -> SourceRun:
    """A run of MLflow's as the events that tell of it.

    Args:
        store: The store that it was read from.
        run: The run, as MLflow's client gives it.
        experiment: The name of its experiment.
        parent: The id here of the run that it belongs under.
        files: What tells of its artifacts.
    """
    run_id = id_of(run)

    def points_after(token: Any) -> Iterator[Step]:
        return as_steps(run_id, _points(store, run, dict(token or {})))

    latest = sorted(
        (one.key, one.step, one.timestamp, repr(one.value))
        for one in run.data._metric_objs  # noqa: SLF001 - only there with their steps
    )
    return SourceRun(
        run_id,
        tuple(_beginning(store, run, experiment, parent)),
        (*files, *_end(run)),
        points_after,
        points_version=json.dumps(latest),
    )


def _points(store: MLflowStore, run: Any, counts: dict[str, int]) -> Iterator[Point]:
    """The points of all metrics by time, without those that the counts by metric say are known."""
    points: list[tuple[int, int, str, float]] = []
    for key in sorted(run.data.metrics):
        with store.answering():
            history = store.client.get_metric_history(run.info.run_id, key)
        ordered = sorted((one.timestamp, one.step, key, one.value) for one in history)
        points += ordered[counts.get(key, 0) :]
    points.sort(key=lambda one: one[:3])
    for time_ms, step, key, value in points:
        counts[key] = counts.get(key, 0) + 1
        # one token for all, since only a run's last is kept
        yield Point(key, step, value, time_ms, counts)


def _beginning(
    store: MLflowStore, run: Any, experiment: str, parent: str | None
) -> Iterator[Event]:
    head = id_of(run), 0, (run.info.start_time or 0) * NS_PER_MS
    name = run.info.run_name or run.info.run_id[:8]
    yield RunStarted(*head, name, _OURS if experiment == _THEIRS else experiment, parent)
    if run.data.params:
        yield ParamsLogged(*head, dict(sorted(run.data.params.items())))
    yield TagsSet(*head, {**_tags(run), IMPORTED_TAG: store.name})
    for used in run.inputs.dataset_inputs if run.inputs is not None else ():
        yield _dataset(head, used)


def _tags(run: Any) -> dict[str, str]:
    theirs = dict(sorted(run.data.tags.items()))
    tags = {key: value for key, value in theirs.items() if not key.startswith(_OF_THE_SINK)}
    for key, ours in _SYSTEM_TAGS.items():
        if key in theirs:
            tags.setdefault(ours, theirs[key])
    if id_of(run) != run.info.run_id:
        tags["mlflow.run_id"] = run.info.run_id
    return tags


def _dataset(head: tuple[str, int, int], used: Any) -> DatasetUsed:
    context = next((tag.value for tag in used.tags if tag.key == _CONTEXT_TAG), "train")
    dataset = used.dataset
    return DatasetUsed(
        *head,
        dataset.name,
        context,
        dataset.digest,
        dataset.source_type,
        _as_object(dataset.source),
        _as_object(dataset.schema),
        _as_object(dataset.profile),
    )


def _as_object(text: str | None) -> str:
    """A text of a JSON object, which the store is to give back as a mapping."""
    if not text:
        return "{}"
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        value = text
    return text if isinstance(value, dict) else json.dumps({"value": value})


def _end(run: Any) -> Iterator[Event]:
    if run.info.status in _RUNNING:
        return
    end_ms = run.info.end_time or run.info.start_time or 0
    yield RunEnded(id_of(run), 0, end_ms * NS_PER_MS, Status(run.info.status))
