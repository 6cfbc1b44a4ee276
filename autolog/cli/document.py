"""Recorded runs as JSON: the names are those of the Python API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autolog.store import RecordedRun


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
                "file": artifact.location or str(run.artifact_directory / artifact.path),
                "drawn_from": artifact.drawn_from,
                "location": artifact.location,
            }
            for artifact in run.artifacts
        ],
        "datasets": [asdict(dataset) for dataset in run.datasets],
        "models": [{**asdict(model), "directory": str(model.directory)} for model in run.models],
        "packages": run.packages,
        "dropped": run.dropped,
        "children": [child.run_id for child in run.children],
    }


def _error(run: RecordedRun) -> dict[str, str] | None:
    if run.error is None:
        return None
    return {
        "type": run.error.type,
        "message": run.error.message,
        "traceback": run.error.traceback,
    }
