"""A run as it was read back: plain values, taken at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autolog.content_addresses import is_elsewhere, is_remote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.events import RunError, Status
    from autolog.store.store import Store

IMPORTED_TAG = "autolog.imported_from"
"""The tag that names the tracker that a run was imported from."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MetricPoint(NamedTuple):
    """One value of a metric.

    Attributes:
        step: The step that it was logged for.
        value: The value, which may be NaN or infinite.
        timestamp: When it was logged, in UTC, to the millisecond.
    """

    step: int
    value: float
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a run.

    Attributes:
        path: Its place among the run's artifacts, with forward slashes.
        size_bytes: Its size when it was stored; 0 for what is made when it is looked at.
        drawn_from: For a plot, the artifact that holds its data; for a summary of a model, the
            model's own file.
        location: Where it is, if it was left where it was, such as a checkpoint; or the URL under
            which it is in an artifact store.
    """

    path: str
    size_bytes: int
    drawn_from: str | None
    location: str | None
    _directory: Path
    _model: RecordedModel | None = None
    _source_location: str | None = None

    @property
    def file(self) -> Path:
        """Where it lies on this machine; a plot is drawn now, if it was not before.

        What is not on this machine, and was uploaded to an artifact store, is fetched now.

        A summary is made of its model now, which runs the model's code, as `load_model` does.

        What was left where the user's code has put it may not be there any more.

        Raises:
            PlottingUnavailable: It is to be drawn, and matplotlib is not installed.
            ModelError: It is to be made of a model, and cannot be.
            ArtifactUnavailable: It is to be fetched, and cannot be.
        """
        if is_elsewhere(self.location):
            return Path(self.location)
        file = self._directory / self.path
        if self.drawn_from is not None and not file.exists():
            self._make(self._directory / self.drawn_from, file)
        else:
            _fetch_missing(self.location, file)
        return file

    def _make(self, source: Path, file: Path) -> None:
        if self._model is not None:
            from autolog.store.rendering import render

            self._model.fetch()
            render(self._model, self._directory, file)
        else:
            from autolog.plotting import draw

            _fetch_missing(self._source_location, source)
            draw(source, file)


@dataclass(frozen=True, slots=True)
class RecordedDataset:
    """A data set that a run used.

    Attributes:
        name: Its name: the variable that held it, where that could be seen.
        context: `train` or `eval`.
        digest: 8 hexadecimal digits that tell its contents from others.
        source_type: `code`: it was in memory.
        source: Where it came from.
        schema: Its columns, or the shapes of its features and targets, in MLflow's form.
        profile: Its size, and a summary of its columns.
    """

    name: str
    context: str
    digest: str
    source_type: str
    source: Mapping[str, Any]
    schema: Mapping[str, Any]
    profile: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedModel:
    """A fitted model that a run has kept.

    Attributes:
        name: Its name within the run.
        model_id: `m-` and 32 hexadecimal digits.
        flavor: The library's flavor that wrote it, such as `sklearn`.
        size_bytes: The size of its files.
        signature: The schemas of its `inputs` and `outputs`, in MLflow's form, if known.
        files: The SHA-256 of each of its files by path; empty where writing it was interrupted.
        directory: The folder of its files.
        registered_name: The registered model that it is a version of, if any.
        registered_version: The number of that version.
    """

    name: str
    model_id: str
    flavor: str
    size_bytes: int
    signature: Mapping[str, Any] | None
    files: Mapping[str, str]
    directory: Path
    registered_name: str | None
    registered_version: int | None
    _locations: Mapping[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def fetch(self) -> None:
        """Fetches those of its files that are not on this machine and were uploaded.

        Raises:
            ArtifactUnavailable: They cannot be fetched.
        """
        for path in self.files:
            _fetch_missing(self._locations.get(f"{self.name}/{path}"), self.directory / path)


@dataclass(frozen=True)
class RecordedRun:
    """A run that was read from the store.

    Attributes:
        run_id: Its 32 hexadecimal digits.
        parent_run_id: The run that it belongs to, if any.
        experiment: Its experiment; empty while only later facts of the run have arrived.
        name: Its name; empty while only later facts of the run have arrived.
        status: How it stood when it was read.
        start_time: When it began, in UTC.
        end_time: When it ended, in UTC, or None.
        params: Its params.
        metrics: The last value of every metric: that of the highest step.
        tags: Its tags.
        artifacts: Its files, sorted by path.
        datasets: The data sets that it used.
        models: The models that it has kept.
        error: The exception that ended it, if one did.
        packages: The packages that were installed, by name.
        dropped: How many of its facts are lost, by reason.
        child_count: How many child runs it has.
        artifact_directory: The folder of its files, which exists only if it has any.
    """

    run_id: str
    parent_run_id: str | None
    experiment: str
    name: str
    status: Status
    start_time: datetime
    end_time: datetime | None
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    artifacts: tuple[Artifact, ...]
    datasets: tuple[RecordedDataset, ...]
    models: tuple[RecordedModel, ...]
    error: RunError | None
    packages: Mapping[str, str]
    dropped: Mapping[str, int]
    child_count: int
    artifact_directory: Path
    _store: Store = field(repr=False, compare=False)

    @property
    def artifact_uri(self) -> str:
        """The folder of its files as a `file:` URI."""
        return self.artifact_directory.as_uri()

    @property
    def children(self) -> list[RecordedRun]:
        """Its child runs, in the order in which they began."""
        if not self.child_count:
            return []
        # to the nanosecond, which an order by the time of its start does not tell
        return self._store.runs(parent=self.run_id)[::-1]

    def metric_history(self, key: str) -> list[MetricPoint]:
        """Every value of a metric, by step and then by time; empty for an unknown one.

        Args:
            key: The metric's name.
        """
        return self._store.metric_history(self.run_id, key)


def _fetch_missing(location: str | None, file: Path) -> None:
    if is_remote(location) and not file.exists():
        from autolog.store.fetching import fetch

        fetch(location, file)


def time_from_ns(nanoseconds: int) -> datetime:
    """A moment in UTC, to the microsecond.

    Args:
        nanoseconds: Nanoseconds since the epoch.
    """
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def time_from_ms(milliseconds: int) -> datetime:
    """A moment in UTC.

    Args:
        milliseconds: Milliseconds since the epoch.
    """
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
