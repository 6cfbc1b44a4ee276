"""Recorded runs as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autolog.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from autolog.store.recorded import RecordedRun

_ATTRIBUTES = ("run_id", "parent_run_id", "experiment", "name", "status")
_TIMES = ("start_time", "end_time")


def to_frame(runs: Sequence[RecordedRun]) -> pd.DataFrame:
    """One row per run, in the given order.

    Args:
        runs: The runs.

    Returns:
        The columns `run_id`, `parent_run_id`, `experiment`, `name`, `status`, `start_time`,
        `end_time`, `artifact_uri`, then `params.*`, `metrics.*` and `tags.*`, each sorted; None or
        NaN where a run lacks the value.

    Raises:
        StoreError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise StoreError(
            "A table of runs needs pandas: `pip install 'autolog-ml[pandas]'`, or ask for a list "
            "with output='list'."
        ) from error
    columns: dict[str, Any] = {
        name: [_plain(getattr(run, name)) for run in runs] for name in _ATTRIBUTES
    }
    for name in _TIMES:
        columns[name] = pd.to_datetime([getattr(run, name) for run in runs], utc=True)
    columns["artifact_uri"] = [run.artifact_uri for run in runs]
    columns |= _columns(runs, "params", lambda run: run.params, None)
    columns |= _columns(runs, "metrics", lambda run: run.metrics, math.nan)
    columns |= _columns(runs, "tags", lambda run: run.tags, None)
    return pd.DataFrame(columns)


def _columns(
    runs: Sequence[RecordedRun],
    prefix: str,
    values: Callable[[RecordedRun], Mapping[str, Any]],
    missing: Any,
) -> dict[str, list[Any]]:
    keys = sorted({key for run in runs for key in values(run)})
    return {f"{prefix}.{key}": [values(run).get(key, missing) for run in runs] for key in keys}


def _plain(value: str | None) -> str | None:
    # A status is a text that says more of itself than a table should show.
    return None if value is None else str(value)
