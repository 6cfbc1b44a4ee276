"""A kept model becomes a LoggedModel of MLflow, linked to its run, and perhaps registered."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from mlflow.entities import LoggedModelOutput, LoggedModelStatus, Metric
from mlflow.exceptions import MlflowException

from autolog.capture.model.directory import MLMODEL
from autolog.sinks.mlflow.limits import MOST_ENTITIES
from autolog.sinks.mlflow.linking import beside, link

if TYPE_CHECKING:
    from pathlib import Path

    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run

    from autolog.events import ModelStored
    from autolog.sinks.mlflow.runs import KnownRun

MODEL_ID_TAG = "autolog.model_id"
"""The tag that a LoggedModel is found by."""


class LoggedModels:
    """The models of one server.

    Args:
        client: MLflow's client.
    """

    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def keep(self, run: KnownRun, event: ModelStored, folder: Path) -> None:
        """Makes a LoggedModel of a model, or finishes what was begun.

        Args:
            run: Its run.
            event: What is known of the model.
            folder: Its files.
        """
        if not (folder / MLMODEL).is_file():
            return  # replaced or removed since
        found = self._client.get_run(run.id)
        try:
            known = self._find(run, event)
        except MlflowException as error:
            if error.error_code != "ENDPOINT_NOT_FOUND":
                raise
            # a server before MLflow 3 knows models among the files of a run alone
            self._client.log_artifacts(run.id, str(folder), event.name)
        else:
            self._complete(known or self._create(run, event, found), run, event, found, folder)

    def _create(self, run: KnownRun, event: ModelStored, found: Run) -> LoggedModel:
        return self._client.create_logged_model(
            run.experiment_id,
            name=_name(event.name),
            source_run_id=run.id,
            tags={MODEL_ID_TAG: event.model_id, "autolog.flavor": event.flavor},
            params=found.data.params,
        )

    def _complete(
        self, model: LoggedModel, run: KnownRun, event: ModelStored, found: Run, folder: Path
    ) -> None:
        if model.status != LoggedModelStatus.READY:
            self._upload(model, run, folder)
            model = self._client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
        if not any(output.model_id == model.model_id for output in _outputs(found)):
            self._client.log_outputs(run.id, [LoggedModelOutput(model.model_id, 0)])
        self._log_metrics(model, found)
        if event.registered_name is not None:
            self._register(event.registered_name, model, run)

    def _find(self, run: KnownRun, event: ModelStored) -> LoggedModel | None:
        found = self._client.search_logged_models(
            [run.experiment_id], f"tags.`{MODEL_ID_TAG}` = '{event.model_id}'", max_results=1
        )
        return found[0] if found else None

    def _upload(self, model: LoggedModel, run: KnownRun, folder: Path) -> None:
        with beside(folder) as place:
            copy = place / "model"
            shutil.copytree(folder, copy, copy_function=link)
            description = (folder / MLMODEL).read_text(encoding="utf-8")
            (copy / MLMODEL).unlink()
            (copy / MLMODEL).write_text(_renamed(description, model, run), encoding="utf-8")
            self._client.log_model_artifacts(model.model_id, str(copy))

    def _log_metrics(self, model: LoggedModel, run: Run) -> None:
        """Tells which metrics the model has: the latest of its run, which the run has already."""
        latest: list[Metric] = run.data._metric_objs  # noqa: SLF001 - only there with their steps
        of_model = [
            Metric(one.key, one.value, one.timestamp, one.step, model_id=model.model_id)
            for one in latest
        ]
        for first in range(0, len(of_model), MOST_ENTITIES):
            part = of_model[first : first + MOST_ENTITIES]
            self._client.log_batch(run.info.run_id, metrics=part, synchronous=True)

    def _register(self, name: str, model: LoggedModel, run: KnownRun) -> None:
        try:
            self._client.create_registered_model(name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        versions = self._client.search_model_versions(f"name = '{name}' AND run_id = '{run.id}'")
        if not any(one.source == model.artifact_location for one in versions):
            self._client.create_model_version(
                name,
                source=model.artifact_location,
                run_id=run.id,
                model_id=model.model_id,
                await_creation_for=0,
            )


def _outputs(run: Run) -> list[Any]:
    return run.outputs.model_outputs if run.outputs is not None else []


def _name(name: str) -> str:
    """MLflow's names of models hold none of some characters."""
    return re.sub(r"[/:.%\"']", "_", name)


def _renamed(description: str, model: LoggedModel, run: KnownRun) -> str:
    """The text of `MLmodel` with MLflow's own ids in it."""
    ids = {
        "artifact_path": model.artifact_location,
        "model_id": model.model_id,
        "model_uuid": model.model_id,
        "run_id": run.id,
    }
    lines = []
    for line in description.splitlines():
        name, colon, _ = line.partition(": ")
        lines.append(f"{name}: {ids[name]}" if colon and name in ids else line)
    return "\n".join([*lines, ""])
