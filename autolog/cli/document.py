"""Recorded runs as JSON: the names are those of the Python API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from autolog.content_addresses import is_elsewhere

if TYPE_CHECKING:
    from autolog.store import Artifact, RecordedModel, RecordedRun


def brief(run: RecordedRun) -> dict[str, Any]:
    """What tells one run from another."""
    return {
        "run_id": run.run_id,
        "parent_run_id": run.parent_run_id,
        "experiment": run.experiment,
        "name": run.name,
        "status": run.status,
        "start_time": run.start_time,
        "end_time": run.end_time,
        "params": run.params,
        "metrics": run.metrics,
        "tags": run.tags,
        "error": _error(run),
        "child_count": run.child_count,
        "artifact_uri": run.artifact_uri,
    }


def full(run: RecordedRun) -> dict[str, Any]:
    """All that is known of a run, with the history of every metric."""
    return {
        **brief(run),
        "metric_history": {name: run.metric_history(name) for name in run.metrics},
        "artifacts": [
            {
                "path": artifact.path,
                "size_bytes": artifact.size_bytes,
                "file": _file(run, artifact),
                "drawn_from": artifact.drawn_from,
                "location": artifact.location,
            }
            for artifact in run.artifacts
        ],
        "datasets": [asdict(dataset) for dataset in run.datasets],
        "models": [_model(model) for model in run.models],
        "packages": run.packages,
        "dropped": run.dropped,
        "children": [child.run_id for child in run.children],
    }


def _file(run: RecordedRun, artifact: Artifact) -> str:
    """Where an artifact is on this machine, or would be once it was fetched or drawn."""
    if is_elsewhere(artifact.location):
        return artifact.location
    return str(run.artifact_directory / artifact.path)


def _model(model: RecordedModel) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(model).items() if not name.startswith("_")}
    return {**fields, "directory": str(model.directory)}


def _error(run: RecordedRun) -> dict[str, str] | None:
    if run.error is None:
        return None
    return {
        "type": run.error.type,
        "message": run.error.message,
        "traceback": run.error.traceback,
    }
