"""Immutable facts about runs: all that ever passes from the recording to the delivering side."""

# Without `from __future__ import annotations`: to evaluate so many texts would take msgspec longer
# than all else that it does to be ready to read and write events.
import time
from collections.abc import Callable
from enum import StrEnum

import msgspec


class Status(StrEnum):
    """How a run stands."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"


class Event(msgspec.Struct, frozen=True, array_like=True):
    """One fact about one run.

    Fields are written by position, so a later version may only add fields at the end, with a
    default.

    Attributes:
        run_id: The run's 32 hexadecimal digits; empty where a fact concerns the whole process.
        sequence: The fact's number within its run, from 0.
        time_ns: When it happened: nanoseconds since the epoch, never going backwards in a process.
    """

    run_id: str
    sequence: int
    time_ns: int


class RunStarted(Event, frozen=True, array_like=True, tag=1):
    """A run begins; only the journal that holds this fact may end the run.

    Attributes:
        name: Its name.
        experiment: The experiment that it belongs to.
        parent_run_id: The run that it belongs under.
        outside: What sinks have noted, where it began, for when they are given it.
    """

    name: str
    experiment: str
    parent_run_id: str | None = None
    outside: dict[str, str] = {}


class ParamsLogged(Event, frozen=True, array_like=True, tag=2):
    """Params of the run; a later value of a name replaces the earlier."""

    params: dict[str, str]


class MetricsLogged(Event, frozen=True, array_like=True, tag=3):
    """Metric values that belong to one step."""

    step: int
    metrics: dict[str, float]


class TagsSet(Event, frozen=True, array_like=True, tag=4):
    """Tags of the run; a later value of a name replaces the earlier."""

    tags: dict[str, str]


class ArtifactStored(Event, frozen=True, array_like=True, tag=5):
    """A file of the run lies at `artifacts/<run_id>/<path>` under the autolog directory.

    Attributes:
        path: Its place among the run's artifacts, with forward slashes.
        size_bytes: Its size; 0 where it is still to be drawn.
        drawn_from: The artifact whose data the file is drawn from when it is first looked at.
        location: Where the file is instead, if it was left where the user's code has put it.
    """

    path: str
    size_bytes: int
    drawn_from: str | None = None
    location: str | None = None


class EnvironmentCaptured(Event, frozen=True, array_like=True, tag=6):
    """What the run was made with: facts, which count as tags, and the installed packages."""

    tags: dict[str, str]
    packages: dict[str, str]


class RunError(msgspec.Struct, frozen=True, array_like=True):
    """The exception that ended a run."""

    type: str
    message: str
    traceback: str


class RunEnded(Event, frozen=True, array_like=True, tag=7):
    """A run is over."""

    status: Status
    error: RunError | None = None


class Dropped(Event, frozen=True, array_like=True, tag=8):
    """Facts that could not be kept, so that their loss is known."""

    count: int
    reason: str


class DatasetUsed(Event, frozen=True, array_like=True, tag=9):
    """The run was trained or evaluated on a data set; one of the same name and context replaces it.

    The texts are JSON, as MLflow keeps them.

    Attributes:
        name: The data set's name.
        context: `train` or `eval`.
        digest: 8 hexadecimal digits that tell its contents from others.
        source_type: `code`: it was in memory.
        source: Where it came from.
        schema: Its columns, or the shape of its features and targets.
        profile: Its size, and a summary of its columns.
    """

    name: str
    context: str
    digest: str
    source_type: str
    source: str
    schema: str
    profile: str


class ModelStored(Event, frozen=True, array_like=True, tag=10):
    """A fitted model lies at `artifacts/<run_id>/<name>/`; a later one of the name replaces it.

    Attributes:
        name: Its name within the run, which is its folder.
        model_id: `m-` and 32 hexadecimal digits.
        flavor: The library's flavor that wrote it, such as `sklearn`.
        size_bytes: The size of all its files.
        signature: Its signature as JSON, if it is known.
        files: The SHA-256 of every file by its path in the folder; empty until the folder is whole.
        registered_name: The registered model that it becomes a version of, if any.
    """

    name: str
    model_id: str
    flavor: str
    size_bytes: int
    signature: str | None = None
    files: dict[str, str] = {}
    registered_name: str | None = None


AnyEvent = (
    RunStarted
    | ParamsLogged
    | MetricsLogged
    | TagsSet
    | ArtifactStored
    | EnvironmentCaptured
    | RunEnded
    | Dropped
    | DatasetUsed
    | ModelStored
)


def new_clock() -> Callable[[], int]:
    """A clock, which tells nanoseconds since the epoch, never fewer than it told before.

    It is a function and no object: the interpreter calls one without leaving its loop, which is
    what counts where the training has filled the processor's caches.
    """
    latest = 0

    def now() -> int:
        nonlocal latest
        found = time.time_ns()
        if found < latest:
            return latest
        latest = found
        return found

    return now
