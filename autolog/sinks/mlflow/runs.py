"""Which MLflow run a run of autolog's is: found by a tag, or made."""

from __future__ import annotations

import getpass
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from mlflow.exceptions import MlflowException

from autolog.events import RunStarted
from autolog.sinks.mlflow.limits import cut
from autolog.sinks.mlflow.user_runs import JOINED, PARENT

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from autolog.events import Event

RUN_ID_TAG = "autolog.run_id"
"""The tag that an MLflow run is found by."""

DELIVERED_TAG = "autolog.delivered"
"""The tag that says up to which position of each journal the run has had everything."""

JOINED_TAG = "autolog.joined"
"""The tag of a run that the user has opened, and ends."""

_OURS, _THEIRS = "default", "Default"
_NAME_LENGTH = 250
_EXPERIMENT_LENGTH = 500
_PAGE = 1000
_MOST_JOURNALS = 50  # of processes that log into one run, so that a tag has room for them


class KnownRun(msgspec.Struct):
    """A run at the server.

    Attributes:
        id: MLflow's id of it.
        experiment_id: Its experiment.
        is_joined: Whether the user has opened it, and ends it.
        reached: Up to which position it has had everything, by journal.
    """

    id: str
    experiment_id: str
    is_joined: bool
    reached: dict[str, int]

    def delivered(self, journal: str, position: int) -> str:
        """The value of the tag that says that everything up to a position has come."""
        others = [one for one in self.reached if one != journal][-_MOST_JOURNALS:]
        return json.dumps({**{one: self.reached[one] for one in others}, journal: position})


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
        """The run of an event; it is made if there is none."""
        run_id = event.run_id
        known = self._known.get(run_id)
        if known is None:
            started = event if isinstance(event, RunStarted) else None
            run = self._find(run_id, started) or self._begin(event, started)
            known = self._known[run_id] = _known(run)
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
        if started is not None or self._experiment is not None:
            experiments = [self._experiment_id(started.experiment if started else _OURS)]
        else:
            experiments = [one.experiment_id for one in self._all_experiments()]
        found = self._client.search_runs(
            experiments, f"tags.`{RUN_ID_TAG}` = '{run_id}'", max_results=1
        )
        return found[0] if found else None

    def _join(self, run_id: str, theirs: str) -> Run | None:
        """The user's own run, if it is on this server."""
        try:
            run = self._client.get_run(theirs)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        if run.data.tags.get(RUN_ID_TAG) != run_id:
            for key, value in ((JOINED_TAG, "true"), (RUN_ID_TAG, run_id)):
                self._client.set_tag(theirs, key, value)
            run = self._client.get_run(theirs)
        return run

    def _begin(self, event: Event, started: RunStarted | None) -> Run:
        tags = {RUN_ID_TAG: event.run_id, "mlflow.source.type": "LOCAL"}
        with suppress(OSError, KeyError, ImportError):  # a container's user may have no name
            tags["mlflow.user"] = getpass.getuser()
        if started is not None:
            parent = started.outside.get(PARENT) or self._id_of_parent(started)
            if parent is not None:
                tags["mlflow.parentRunId"] = parent
        return self._client.create_run(
            self._experiment_id(_OURS if started is None else started.experiment),
            start_time=event.time_ns // 1_000_000,
            tags=tags,
            run_name=None if started is None else cut(started.name, _NAME_LENGTH),
        )

    def _id_of_parent(self, started: RunStarted) -> str | None:
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
        is_joined=JOINED_TAG in tags,
        reached=json.loads(tags.get(DELIVERED_TAG, "{}")),
    )
