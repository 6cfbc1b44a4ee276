"""The sink that hands batches to MLflow's client; it works in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlflow import MlflowClient

from autolog.errors import RecordRejected, SinkUnavailable
from autolog.events import MetricsLogged, Status
from autolog.sinks.mlflow.facts import Facts
from autolog.sinks.mlflow.failures import Failures, Refused
from autolog.sinks.mlflow.limits import LARGEST_STEP
from autolog.sinks.mlflow.linking import named
from autolog.sinks.mlflow.models import LoggedModels
from autolog.sinks.mlflow.runs import DELIVERED_TAG, NotBegun, Runs
from autolog.sinks.mlflow.sending import Sender
from autolog.sinks.plots import drawn, undrawn
from autolog.sinks.run_files import file_of, is_of_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autolog.events import ArtifactStored, Event, RunEnded
    from autolog.sinks.base import Batch
    from autolog.sinks.mlflow.location import Location
    from autolog.sinks.mlflow.runs import KnownRun


class MLflowSink:
    """Writes each batch, run by run; a tag of the run says what it has had.

    The tag comes last. What comes again because it did not, changes nothing: MLflow knows a point
    by its key, step, time and value, files are replaced by themselves, and whatever else is made
    is looked for first.

    Args:
        location: The server, and the experiment.
        artifacts: The folder that holds the artifacts of each run.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, location: Location, artifacts: Path) -> None:
        self._artifacts = artifacts
        self._failures = Failures(location.tracking_uri)
        self._client = MlflowClient(location.tracking_uri)
        self._sender = Sender(self._client)
        self._runs = Runs(self._client, location.experiment)
        self._models = LoggedModels(self._client)

    def write(self, batch: Batch) -> None:
        """Sends what the runs have not had yet.

        Raises:
            SinkUnavailable: The server does not take it now.
            RecordRejected: The server will never take one of the events.
        """
        of_runs: dict[str, list[tuple[int, Event]]] = {}
        for position, event in zip(batch.positions, batch.events, strict=True):
            _check(event)
            if event.run_id:
                of_runs.setdefault(event.run_id, []).append((position, event))
        not_begun: NotBegun | None = None
        for run_id, events in of_runs.items():
            try:
                self._write(batch.journal, events)
            except NotBegun as error:
                not_begun = error  # which the other runs need not wait for
            except BaseException:
                self._runs.forget(run_id)  # how far it got is to be asked
                raise
        if not_begun is not None:
            raise not_begun

    def close(self) -> None:
        """Nothing is held open that the end of the process does not close."""

    def told(self, batch: Batch) -> dict[str, str]:
        """MLflow's ids of the runs of a batch, by autolog's."""
        ids = self._runs.ids()
        of_batch = {event.run_id for event in batch.events}
        return {run_id: ids[run_id] for run_id in of_batch & ids.keys()}

    def _write(self, journal: str, events: Sequence[tuple[int, Event]]) -> None:
        try:
            with self._failures.understood():
                run = self._runs.of(events[0][1])
        except Refused as error:  # no event is to blame for an experiment that was deleted
            raise SinkUnavailable(str(error)) from error
        reached = run.reached.get(journal, -1)
        news = [event for position, event in events if position > reached]
        if not news:
            return
        position = events[-1][0]
        tags = {f"{DELIVERED_TAG}{journal}": str(position)}
        try:
            self._send(run, Facts(news), tags)
        except Refused as error:
            raise self._find_refused(run, news, error) from error
        run.reached[journal] = position

    def _send(self, run: KnownRun, facts: Facts, tags: dict[str, str]) -> None:
        with self._failures.understood():
            if facts.has_more:
                self._log(run, facts, {})
                if facts.datasets:
                    self._client.log_inputs(run.id, facts.datasets)
                for artifact in facts.artifacts:
                    self._upload(run, artifact)
                for model in facts.models:
                    folder = self._artifacts / model.run_id / model.name
                    self._models.keep(run, model, folder)
                if facts.end is not None:
                    self._end(run, facts.end)
                facts = Facts(())
            self._log(run, facts, tags)

    def _log(self, run: KnownRun, facts: Facts, tags: dict[str, str]) -> None:
        if facts.params:
            facts.change_params(self._params(run))
        for metrics, params, run_tags in facts.requests(tags):
            self._sender.log(run.id, metrics, params, run_tags)

    def _params(self, run: KnownRun) -> dict[str, str]:
        found: dict[str, str] = self._client.get_run(run.id).data.params
        return found

    def _upload(self, run: KnownRun, event: ArtifactStored) -> None:
        folder = self._artifacts / event.run_id
        file, data = file_of(event, folder), undrawn(event, folder)
        within, _, name = event.path.rpartition("/")
        if data is not None:
            with drawn(data, name) as picture:
                if picture is not None:
                    self._client.log_artifact(run.id, str(picture), within or None)
        elif file is not None and file.is_file() and not is_of_model(file, folder):
            with named(file, name) as source:
                self._client.log_artifact(run.id, str(source), within or None)

    def _end(self, run: KnownRun, event: RunEnded) -> None:
        if run.is_joined:
            return
        if event.status == Status.KILLED:
            status = self._client.get_run(run.id).info.status
            if status in {Status.FINISHED, Status.FAILED}:
                return
        self._client.set_terminated(run.id, event.status.value, event.time_ns // 1_000_000)

    def _find_refused(
        self, run: KnownRun, events: Sequence[Event], error: Refused
    ) -> RecordRejected | SinkUnavailable:
        """The event that is refused by itself: what comes before it is sent once more."""
        while len(events) > 1:
            half = len(events) // 2
            reason = self._refusal(run, events[:half])
            events = events[half:] if reason is None else events[:half]
        reason = self._refusal(run, events)
        if reason is None:
            return SinkUnavailable(f"MLflow refused some records together: {error}")
        return RecordRejected(events[0], f"MLflow refuses it: {reason}")

    def _refusal(self, run: KnownRun, events: Sequence[Event]) -> Refused | None:
        try:
            self._send(run, Facts(events), {})
        except Refused as reason:
            return reason
        return None


def _check(event: Event) -> None:
    if isinstance(event, MetricsLogged) and not -LARGEST_STEP <= event.step <= LARGEST_STEP:
        raise RecordRejected(event, f"The step {event.step} is larger than MLflow can tell.")
