"""The sink that keeps a directory of event files for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.errors import RecordRejected
from autolog.events import (
    ArtifactStored,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
)
from autolog.sinks.folder import writing
from autolog.sinks.param_values import value_of
from autolog.sinks.tensorboard import messages
from autolog.sinks.tensorboard.directories import Directories
from autolog.sinks.tensorboard.messages import SessionStatus
from autolog.sinks.tensorboard.pictures import pictures
from autolog.sinks.tensorboard.run_log import Note, RunLog
from autolog.sinks.tensorboard.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Batch
    from autolog.sinks.png_files import Picture

_LARGEST_STEP = 2**63 - 1
_MOST_LOGS = 1000


class _Unwritten(msgspec.Struct):
    """What a batch adds to one file.

    Attributes:
        log: The file.
        time_ns: When its first event happened.
        position: Where its last event stands.
        records: The records.
        trial: The params of the trial, where they are other ones than those that were told.
    """

    log: RunLog
    time_ns: int
    position: int
    records: list[bytes] = msgspec.field(default_factory=list)
    trial: bytes | None = None


class TensorBoardSink:
    """Writes one record for each event, with the event's position in it.

    Args:
        folder: The folder that TensorBoard is pointed at.
        artifacts: The folder that holds the artifacts of each run.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, folder: Path, artifacts: Path) -> None:
        self._folder = folder
        self._artifacts = artifacts
        self._directories = Directories(folder)
        self._logs: dict[tuple[str, str], RunLog] = {}

    def write(self, batch: Batch) -> None:
        """Appends the events that the files do not hold yet.

        Raises:
            DiskFull: There is no room.
            SinkUnavailable: A file cannot be written now.
            RecordRejected: A step is larger than TensorBoard can tell.
        """
        with writing(self._folder):
            self._write(batch)

    def close(self) -> None:
        """Nothing is held open between two batches."""

    def _write(self, batch: Batch) -> None:
        news = [
            (position, event, log)
            for position, event in zip(batch.positions, batch.events, strict=True)
            if event.run_id and (log := self._log_of(batch.journal, event)).lacks(position)
        ]
        for _, event, _ in news:
            _check(event)
        stored = [event for _, event, _ in news if isinstance(event, ArtifactStored)]
        seen = pictures(stored, self._artifacts) if stored else {}
        try:
            self._append(batch.journal, news, seen)
        except BaseException:
            self._logs.clear()  # how far they got is in the files
            raise
        while len(self._logs) > _MOST_LOGS:
            del self._logs[next(iter(self._logs))]

    def _append(
        self,
        journal: str,
        news: list[tuple[int, Event, RunLog]],
        seen: Mapping[ArtifactStored, Picture],
    ) -> None:
        unwritten: dict[str, _Unwritten] = {}
        for position, event, log in news:
            addition = unwritten.setdefault(event.run_id, _Unwritten(log, event.time_ns, position))
            addition.position = position
            self._add(
                addition, event, seen.get(event) if isinstance(event, ArtifactStored) else None
            )
            if isinstance(event, RunStarted) and event.parent_run_id is not None:
                above = self._logs.get((journal, event.parent_run_id))
                if above is not None:
                    above.note_child()
        for addition in unwritten.values():
            if addition.trial is not None:
                addition.log.put_first(addition.trial, addition.time_ns)
            addition.log.append(addition.records, addition.position, addition.time_ns)

    def _add(self, addition: _Unwritten, event: Event, picture: Picture | None) -> None:
        log = addition.log
        step = event.step if isinstance(event, MetricsLogged) else event.sequence
        values = [messages.text(tag, text) for tag, text in texts(event).items()]
        begins_trial = _begins_trial(log, event)
        if begins_trial:
            values.append(_trial(log.params, event))
        if isinstance(event, MetricsLogged):
            values += [messages.scalar(tag, value) for tag, value in event.metrics.items()]
        elif isinstance(event, RunEnded) and (log.has_trial or begins_trial):
            is_good = event.status == Status.FINISHED
            status = SessionStatus.SUCCESS if is_good else SessionStatus.FAILURE
            values.append(messages.session_end(status, event.time_ns))
        elif picture is not None and isinstance(event, ArtifactStored):
            tag = event.path.rpartition(".")[0]
            values.append(messages.image(tag, picture.png, picture.width, picture.height))
        params = event.params if isinstance(event, ParamsLogged) else {}
        note = log.noted(Note(addition.position, params, begins_trial))
        addition.records.append(messages.event(event.time_ns, step, values, note))
        if params and log.has_trial:
            trial = [_trial(log.params, event)]
            addition.trial = messages.event(event.time_ns, 0, trial, b"")

    def _log_of(self, journal: str, event: Event) -> RunLog:
        key = journal, event.run_id
        log = self._logs.pop(key, None) or RunLog(self._directories.of(event), journal)
        self._logs[key] = log
        return log


def _check(event: Event) -> None:
    if isinstance(event, MetricsLogged) and not -_LARGEST_STEP <= event.step <= _LARGEST_STEP:
        raise RecordRejected(event, f"The step {event.step} is larger than TensorBoard can tell.")


def _begins_trial(log: RunLog, event: Event) -> bool:
    """Whether the params are told to the HPARAMS tab with this event.

    It believes the first that it is told, so that they wait for the first metric, and of a search
    only the candidates are told.
    """
    is_time = isinstance(event, MetricsLogged | RunEnded)
    return is_time and bool(log.params) and not log.has_trial and not log.has_children


def _trial(params: Mapping[str, str], event: Event) -> bytes:
    values = {name: value_of(text) for name, text in params.items()}
    told = {name: "None" if value is None else value for name, value in values.items()}
    return messages.session_start(told, event.time_ns)
