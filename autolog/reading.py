"""The public functions that read recorded runs back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, overload

from autolog.delivery.recovery import recover
from autolog.directory import directory_to_read, directory_to_write
from autolog.errors import RunNotFound, StoreMissing
from autolog.process import current_session
from autolog.sinks.registry import open_sink
from autolog.store import Store
from autolog.store.frame import to_frame
from autolog.store.opening import first_readable, store_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from autolog.store import RecordedRun

_PATIENCE = 5.0
"""Seconds that whoever reads runs waits at most for sinks to take what was left behind."""


def get_run(run_id: str, *, store: str | None = None) -> RecordedRun:
    """Reads a run back.

    Args:
        run_id: Its id, or a unique beginning of it; `last` means the newest top-level run.
        store: As for `search_runs`.

    Raises:
        RunNotFound: No run, or more than one, answers to it.
        StoreMissing: Nothing has been recorded here.

    Example:
        >>> autolog.get_run("4f2a").metrics["training_accuracy_score"]
        0.96
    """
    return store_to_read(store).run(run_id)


def last_run() -> RecordedRun:
    """Reads back the top-level run of this process that ended last.

    Where none has ended yet, it is the one that was opened last.

    Raises:
        RunNotFound: This process has recorded no run.
        StoreMissing: Its runs went to sinks that cannot be read back.
    """
    session = current_session()
    run = None if session is None else session.recorded.ended or session.recorded.started
    if run is None:
        raise RunNotFound(
            "This process has recorded no run yet; `autolog.get_run('last')` reads the newest "
            "one of the store."
        )
    return store_to_read().run(run.run_id)


@overload
def search_runs(
    filter_string: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    store: str | None = None,
    output: Literal["pandas"] = "pandas",
) -> pd.DataFrame: ...


@overload
def search_runs(
    filter_string: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    store: str | None = None,
    output: Literal["list"],
) -> list[RecordedRun]: ...


def search_runs(
    filter_string: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    store: str | None = None,
    output: Literal["pandas", "list"] = "pandas",
) -> pd.DataFrame | list[RecordedRun]:
    """Finds runs, children too.

    Args:
        filter_string: Conditions as in MLflow's search, joined by `and`, such as
            `metrics.training_accuracy_score > 0.9 and params.C = '1.0'`.
        experiment: Only runs of this experiment.
        order_by: What to sort by, such as `metrics.loss ASC`; newest first by default.
        limit: At most so many runs.
        store: The sink that has the runs, such as `postgresql://host/runs`; by default this
            process's own store, or else that of the nearest autolog directory.
        output: `pandas` for a DataFrame with the columns `run_id`, `parent_run_id`, `experiment`,
            `name`, `status`, `start_time`, `end_time`, `artifact_uri`, `params.*`, `metrics.*` and
            `tags.*`; `list` for a list of runs, which needs no pandas.

    Raises:
        FilterError: The filter or the order is not written as it should be.
        StoreMissing: Nothing has been recorded here.
        StoreError: pandas is wanted and not installed.
    """
    runs = store_to_read(store).runs(
        filter_string, experiment=experiment, order_by=order_by or ("start_time DESC",), limit=limit
    )
    return runs if output == "list" else to_frame(runs)


def store_to_read(uri: str | None = None) -> Store:
    """The store of this process's session, or else of the nearest autolog directory.

    Args:
        uri: The URI of the sink that has the runs, where that is another one.
    """
    session = current_session()
    if session is None:
        return _store_elsewhere(uri) if uri else Store(_completed() / "runs.db")
    session.flush()
    sinks = session.settings().sink
    found = uri or first_readable(sinks)
    if found is None:
        raise StoreMissing(
            f"The runs of this process go to {', '.join(map(session.channel.redactor.uri, sinks))};"
            " reading them back here needs the sink 'sqlite:', or that of a server, among them."
        )
    return store_at(found, session.directory)


def _store_elsewhere(uri: str) -> Store:
    try:
        return store_at(uri, _completed())
    except StoreMissing:
        return store_at(uri, directory_to_write())  # nothing was recorded here


def _completed() -> Path:
    """The nearest autolog directory, once what processes that are gone left there is delivered.

    Commands do the same; a process with a session does it in a thread when the session begins.

    Raises:
        StoreMissing: There is none.
    """
    directory = directory_to_read()
    recover(directory, open_sink=open_sink, deadline=time.monotonic() + _PATIENCE)
    return directory
