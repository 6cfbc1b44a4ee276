"""What the events of one run say, put together into the requests that MLflow takes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from mlflow.entities import Dataset, DatasetInput, InputTag, Param, RunTag

from autolog.content_addresses import is_elsewhere
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    TagsSet,
)
from autolog.sinks.mlflow import limits
from autolog.sinks.mlflow.limits import cut, key_for
from autolog.sinks.mlflow.sending import Point, json_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autolog.events import Event

CHANGED_TAG = "autolog.changed_param."
"""With the param's name, the tag of a later value, since MLflow lets nobody change the first."""

REFERENCE_TAG = "autolog.reference."
"""With its path among the run's files, the tag that says where a file is that was left there."""

_OF_ENTITY = 80
"""Bytes that a request needs for an entity beside its texts, at most."""

_SYSTEM_TAGS = {
    "user": "mlflow.user",
    "entry_script": "mlflow.source.name",
    "git.commit": "mlflow.source.git.commit",
    "git.branch": "mlflow.source.git.branch",
    "git.remote": "mlflow.source.git.repoURL",
    "autolog.integration": "mlflow.autologging",
}


class Facts:
    """The facts of some events of one run.

    Args:
        events: The events, in order.

    Attributes:
        datasets: The data sets, as inputs of the run.
        artifacts: The files.
        models: The models whose folders are whole.
        end: How the run ended, if it did.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._params: dict[str, str] = {}
        self._changed: dict[str, str] = {}
        self._metrics: list[Point] = []
        self._tags: dict[str, str] = {}
        self.datasets: list[DatasetInput] = []
        self.artifacts: list[ArtifactStored] = []
        self.models: list[ModelStored] = []
        self.end: RunEnded | None = None
        for event in events:
            self._add(event)

    @property
    def has_more(self) -> bool:
        """Whether there is anything but params, metrics and tags."""
        return bool(self.datasets or self.artifacts or self.models or self.end)

    @property
    def params(self) -> Mapping[str, str]:
        """The params, under MLflow's names."""
        return self._params

    def change_params(self, known: Mapping[str, str]) -> None:
        """Leaves params as they are that the run has with other values, and notes the others.

        Args:
            known: The run's params.
        """
        for key, value in list(self._params.items()):
            if known.get(key, value) != value:
                self._changed.setdefault(key, self._params.pop(key))

    def requests(
        self, tags: Mapping[str, str]
    ) -> Iterator[tuple[list[Point], list[Param], list[RunTag]]]:
        """What `log_batch` is to be called with, in turn.

        Args:
            tags: Further tags, which the last request sets.
        """
        request = _Request()
        for point in self._metrics:
            size = _size_of_key(point.key)
            if request.is_full(size):
                yield request.take()
            request.grow(size)
            request.metrics.append(point)
        for key, value in self._params.items():
            param = Param(key, value)
            size = _size(param)
            if request.is_full(size) or len(request.params) >= limits.MOST_PARAMS:
                yield request.take()
            request.grow(size)
            request.params.append(param)
        changed = {
            cut(f"{CHANGED_TAG}{key}", limits.KEY_LENGTH): self._changed[key]
            for key in self._changed
        }
        for key, value in {**self._tags, **changed, **tags}.items():
            tag = RunTag(key, cut(value, limits.TAG_LENGTH))
            size = _size(tag)
            if request.is_full(size) or len(request.tags) >= limits.MOST_TAGS:
                yield request.take()
            request.grow(size)
            request.tags.append(tag)
        if request.count:
            yield request.take()

    def _add(self, event: Event) -> None:
        match event:
            case MetricsLogged():
                time_ms = event.time_ns // 1_000_000
                self._metrics += [
                    Point(key_for(key), json_number(value), time_ms, event.step)
                    for key, value in event.metrics.items()
                ]
            case ParamsLogged():
                self._add_params(event.params)
            case TagsSet() | EnvironmentCaptured():
                self._add_tags(event.tags)
            case DatasetUsed():
                self.datasets.append(_as_input(event))
            case ArtifactStored():
                self._add_file(event)
            case ModelStored():
                if event.files:
                    self.models.append(event)
            case Dropped():
                self._tags["autolog.dropped"] = f"{event.count}: {event.reason}"
            case RunEnded():
                self._finish(event)

    def _add_params(self, params: Mapping[str, str]) -> None:
        for name, value in params.items():
            key, text = key_for(name), cut(value, limits.PARAM_LENGTH)
            if self._params.setdefault(key, text) != text:
                self._changed[key] = text

    def _add_tags(self, tags: Mapping[str, str]) -> None:
        for name, value in tags.items():
            self._tags[key_for(name)] = value
            if name in _SYSTEM_TAGS:
                self._tags[_SYSTEM_TAGS[name]] = value

    def _add_file(self, event: ArtifactStored) -> None:
        self.artifacts.append(event)
        if is_elsewhere(event.location):
            self._tags[key_for(f"{REFERENCE_TAG}{event.path}")] = event.location

    def _finish(self, event: RunEnded) -> None:
        self.end = event
        if event.error is not None:
            self._tags["error.type"] = event.error.type
            self._tags["error.message"] = event.error.message
            self._tags["error.traceback"] = event.error.traceback


class _Request:
    """One call of `log_batch` while it is filled."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.metrics: list[Point] = []
        self.params: list[Param] = []
        self.tags: list[RunTag] = []
        self.count = 0
        self._bytes = 0

    def is_full(self, size: int) -> bool:
        """Whether there is no room for one more of a size."""
        return self.count >= limits.MOST_ENTITIES or self._bytes + size > limits.MOST_BYTES

    def grow(self, size: int) -> None:
        """Counts an entity that is added."""
        self.count += 1
        self._bytes += size

    def take(self) -> tuple[list[Point], list[Param], list[RunTag]]:
        """What the request holds; it is empty then."""
        taken = self.metrics, self.params, self.tags
        self._clear()
        return taken


@lru_cache(maxsize=4096)
def _size_of_key(key: str) -> int:
    """Bytes of an entity without a text within JSON that escapes all but ASCII, at most."""
    return len(json.dumps(key)) + _OF_ENTITY


def _size(entity: Param | RunTag) -> int:
    return _size_of_key(entity.key) + len(json.dumps(entity.value))


def _as_input(event: DatasetUsed) -> DatasetInput:
    return DatasetInput(
        dataset=Dataset(
            name=cut(event.name, limits.DATASET_NAME_LENGTH),
            digest=event.digest[: limits.DIGEST_LENGTH],
            source_type=event.source_type,
            source=cut(event.source, limits.SOURCE_LENGTH),
            schema=cut(event.schema, limits.SCHEMA_LENGTH),
            profile=cut(event.profile, limits.PROFILE_LENGTH),
        ),
        tags=[InputTag("mlflow.data.context", event.context)],
    )
