"""Immutable facts about runs: all that ever passes from the recording to the delivering side."""

from __future__ import annotations

import time
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
    """A run begins; only the journal that holds this fact may end the run."""

    name: str
    experiment: str
    parent_run_id: str | None = None


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
    """A file of the run lies at `artifacts/<run_id>/<path>` under the autolog directory."""

    path: str
    size_bytes: int


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


AnyEvent = (
    RunStarted
    | ParamsLogged
    | MetricsLogged
    | TagsSet
    | ArtifactStored
    | EnvironmentCaptured
    | RunEnded
    | Dropped
)


class Clock:
    """Tells the time in nanoseconds since the epoch, never earlier than it told before."""

    def __init__(self) -> None:
        self._latest = 0

    def __call__(self) -> int:
        """The time now."""
        now = time.time_ns()
        if now < self._latest:
            return self._latest
        self._latest = now
        return now
