"""What the user does with MLflow in this process: which run is active, and which was the last."""

from __future__ import annotations

import os
import sys
from typing import Any

JOINED = "mlflow.run_id"
"""The note that names the MLflow run that a run is recorded into."""

PARENT = "mlflow.parent_run_id"
"""The note that names the MLflow run that a run is recorded under."""

mlflow_ids: dict[str, str] = {}
"""MLflow's ids of runs that were sent, by autolog's."""

_taken: set[str] = set()
"""The user's runs that something is recorded into; what follows is recorded under them."""


def notes() -> dict[str, str]:
    """What to note on a top-level run that begins in this thread.

    The first of them within an MLflow run of the user's goes into it, each further one under it,
    as runs do within one of autolog's own.
    """
    theirs = _active_run_id() or os.environ.get("MLFLOW_RUN_ID")
    if not theirs:
        return {}
    if theirs in _taken:
        return {PARENT: theirs}
    _taken.add(theirs)
    return {JOINED: theirs}


def synchronised(run_id: str) -> None:
    """Has `mlflow.last_active_run()` find a run in this thread, if MLflow is imported.

    Args:
        run_id: The run, which was sent.
    """
    fluent: Any = sys.modules.get("mlflow.tracking.fluent")
    last = getattr(fluent, "_last_active_run_id", None)
    if last is not None and run_id in mlflow_ids:
        last.set(mlflow_ids[run_id])


def _active_run_id() -> str | None:
    fluent: Any = sys.modules.get("mlflow.tracking.fluent")
    active_run = getattr(fluent, "active_run", None)  # absent while MLflow is being imported
    active = active_run() if active_run is not None else None
    return None if active is None else str(active.info.run_id)
