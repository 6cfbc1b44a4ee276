"""Which MLflow run a run of autolog's is: found by a tag, or made."""

from __future__ import annotations

import getpass
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from mlflow.exceptions import MlflowException

from autolog.errors import SinkUnavailable
from autolog.events import RunStarted
from autolog.sinks.mlflow.limits import cut
from autolog.sinks.mlflow.user_runs import JOINED, PARENT

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from autolog.events import Event

RUN_ID_TAG = "autolog.run_id"
"""The tag that an MLflow run is found by."""

DELIVERED_TAG = "autolog.delivered."
"""With a journal's id, the tag that says up to which position of it the run has had everything.

There is one for each process that logs into a run, so that none changes what another has noted.
"""

JOINED_TAG = "autolog.joined."
"""With the id of a run of autolog's, the tag of the user's own run that it is recorded into."""

PARENT_TAG = "mlflow.parentRunId"
"""The tag that names a run's parent, by MLflow's id."""

UNNAMED_TAG = "autolog.unnamed"
"""The tag of a run that was made for what another process told of it, before it was known."""

_OURS, _THEIRS = "default", "Default"
_NAME_LENGTH = 250
_EXPERIMENT_LENGTH = 500
_PAGE = 1000
_PATIENCE = 60.0
"""Seconds that what is told of a run may wait for the process that has begun it to tell of that."""


class KnownRun(msgspec.Struct):
    """A run at the server.

    Attributes:
        id: MLflow's id of it.
        experiment_id: Its experiment.
        is_joined: Whether the user has opened it, and ends it.
        is_unnamed: Whether it was made before it was known what it is.
        reached: Up to which position it has had everything, by journal.
    """

    id: str
    experiment_id: str
    is_joined: bool
    is_unnamed: bool
    reached: dict[str, int]


class NotBegun(SinkUnavailable):
    """Another process has begun the run, and has not told of that yet."""


class Runs:
    """The runs of one server.

    Args:
        client: MLflow's client.
        experiment: The experiment that all runs go to; None for that of each run.
    """

    def __init__(self, client: MlflowClient, experiment: str | None) -> None:
        self._client = client
        self._experiment = experiment
        self._experiments: dict[str, str] = {}
        self._known: dict[str, KnownRun] = {}

    def of(self, event: Event) -> KnownRun:
        """The run of an event; it is made if there is none.

        Raises:
            NotBegun: It is not there, and may come with what another process has to tell.
        """
        run_id = event.run_id
        known = self._known.get(run_id)
        started = event if isinstance(event, RunStarted) else None
        if known is None:
            run = self._find(run_id, started) or self._begin(event, started)
            known = self._known[run_id] = _known(run)
        if started is not None and known.is_unnamed:
            self._name(known, started)
        return known

    def forget(self, run_id: str) -> None:
        """Lets go of a run that has ended, or of which it is not known what it has had."""
        self._known.pop(run_id, None)

    def ids(self) -> dict[str, str]:
        """MLflow's ids of the runs that are known, by autolog's."""
        return {run_id: known.id for run_id, known in self._known.items()}

    def _find(self, run_id: str, started: RunStarted | None) -> Run | None:
        if started is not None and JOINED in started.outside:
            return self._join(run_id, started.outside[JOINED])
        if started is not None:
            names = (started.experiment, _OURS)  # there are those that were made before
            experiments = list(dict.fromkeys(map(self._experiment_id, names)))
        elif self._experiment is not None:
            experiments = [self._experiment_id(_OURS)]
        else:
            experiments = [one.experiment_id for one in self._all_experiments()]
        run = self._tagged(experiments, RUN_ID_TAG, run_id)
        if run is None and started is None:
            return self._tagged(experiments, f"{JOINED_TAG}{run_id}", "true")
        return run

    def _tagged(self, experiments: list[str], key: str, value: str) -> Run | None:
        found = self._client.search_runs(experiments, f"tags.`{key}` = '{value}'", max_results=1)
        return found[0] if found else None

    def _name(self, known: KnownRun, started: RunStarted) -> None:
        """Tells a run that was made too early what it is."""
        self._client.update_run(known.id, name=cut(started.name, _NAME_LENGTH))
        parent = self._parent_of(started)
        if parent is not None:
            self._client.set_tag(known.id, PARENT_TAG, parent)
        self._client.delete_tag(known.id, UNNAMED_TAG)
        known.is_unnamed = False

    def _join(self, run_id: str, theirs: str) -> Run | None:
        """The user's own run, if it is on this server."""
        try:
            run = self._client.get_run(theirs)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        if f"{JOINED_TAG}{run_id}" not in run.data.tags:
            if RUN_ID_TAG not in run.data.tags:
                self._client.set_tag(theirs, RUN_ID_TAG, run_id)
            self._client.set_tag(theirs, f"{JOINED_TAG}{run_id}", "true")
            run = self._client.get_run(theirs)
        return run

    def _begin(self, event: Event, started: RunStarted | None) -> Run:
        if started is None and time.time() - event.time_ns / 1e9 < _PATIENCE:
            raise NotBegun(f"the run {event.run_id} is not there yet")
        tags = {RUN_ID_TAG: event.run_id, "mlflow.source.type": "LOCAL"}
        with suppress(OSError, KeyError, ImportError):  # a container's user may have no name
            tags["mlflow.user"] = getpass.getuser()
        parent = None if started is None else self._parent_of(started)
        if parent is not None:
            tags[PARENT_TAG] = parent
        if started is None:
            tags[UNNAMED_TAG] = "true"
        return self._client.create_run(
            self._experiment_id(_OURS if started is None else started.experiment),
            start_time=event.time_ns // 1_000_000,
            tags=tags,
            run_name=None if started is None else cut(started.name, _NAME_LENGTH),
        )

    def _parent_of(self, started: RunStarted) -> str | None:
        """MLflow's id of the run that a run is to be under, if it is under one."""
        if PARENT in started.outside:
            return started.outside[PARENT]
        if started.parent_run_id is None:
            return None
        known = self._known.get(started.parent_run_id)
        if known is not None:
            return known.id
        found = self._find(started.parent_run_id, None)
        return found.info.run_id if found else None

    def _experiment_id(self, name: str) -> str:
        wanted = cut(self._experiment or name, _EXPERIMENT_LENGTH)
        if wanted == _OURS:
            by_id = os.environ.get("MLFLOW_EXPERIMENT_ID")
            if by_id:
                return by_id
            wanted = os.environ.get("MLFLOW_EXPERIMENT_NAME") or _THEIRS
        if wanted not in self._experiments:
            self._experiments[wanted] = self._find_experiment(wanted)
        return self._experiments[wanted]

    def _find_experiment(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        try:
            return str(self._client.create_experiment(name))
        except MlflowException as error:
            found = self._client.get_experiment_by_name(name)
            if error.error_code == "RESOURCE_ALREADY_EXISTS" and found is not None:
                return str(found.experiment_id)  # another process was quicker
            raise

    def _all_experiments(self) -> list[Any]:
        found: list[Any] = []
        token = None
        while True:
            page = self._client.search_experiments(max_results=_PAGE, page_token=token)
            found += page
            token = page.token
            if not token:
                return found


def _known(run: Run) -> KnownRun:
    tags = run.data.tags
    return KnownRun(
        id=run.info.run_id,
        experiment_id=run.info.experiment_id,
        is_unnamed=UNNAMED_TAG in tags,
        is_joined=any(key.startswith(JOINED_TAG) for key in tags),
        reached={
            key.removeprefix(DELIVERED_TAG): int(position)
            for key, position in tags.items()
            if key.startswith(DELIVERED_TAG)
        },
    )
