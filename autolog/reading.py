"""The public functions that read recorded runs back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from autolog.directory import directory_to_read
from autolog.errors import RunNotFound, StoreMissing
from autolog.process import current_session
from autolog.sinks.registry import scheme
from autolog.sinks.sqlite.location import database_path
from autolog.store import Store
from autolog.store.frame import to_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from autolog.store import RecordedRun


def get_run(run_id: str) -> RecordedRun:
    """Reads a run back.

    Args:
        run_id: Its id, or a unique beginning of it; `last` means the newest top-level run.

    Raises:
        RunNotFound: No run, or more than one, answers to it.
        StoreMissing: Nothing has been recorded here.

    Example:
        >>> autolog.get_run("4f2a").metrics["training_accuracy_score"]
        0.96
    """
    return store_to_read().run(run_id)


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
    output: Literal["pandas"] = "pandas",
) -> pd.DataFrame: ...


@overload
def search_runs(
    filter_string: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    output: Literal["list"],
) -> list[RecordedRun]: ...


def search_runs(
    filter_string: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    output: Literal["pandas", "list"] = "pandas",
) -> pd.DataFrame | list[RecordedRun]:
    """Finds runs, children too.

    Args:
        filter_string: Conditions as in MLflow's search, joined by `and`, such as
            `metrics.training_accuracy_score > 0.9 and params.C = '1.0'`.
        experiment: Only runs of this experiment.
        order_by: What to sort by, such as `metrics.loss ASC`; newest first by default.
        limit: At most so many runs.
        output: `pandas` for a DataFrame with the columns `run_id`, `parent_run_id`, `experiment`,
            `name`, `status`, `start_time`, `end_time`, `artifact_uri`, `params.*`, `metrics.*` and
            `tags.*`; `list` for a list of runs, which needs no pandas.

    Raises:
        FilterError: The filter or the order is not written as it should be.
        StoreMissing: Nothing has been recorded here.
        StoreError: pandas is wanted and not installed.
    """
    runs = store_to_read().runs(
        filter_string, experiment=experiment, order_by=order_by or ("start_time DESC",), limit=limit
    )
    return runs if output == "list" else to_frame(runs)


def store_to_read() -> Store:
    """The store of this process's session, or else of the nearest autolog directory."""
    session = current_session()
    if session is None:
        return Store(directory_to_read() / "runs.db")
    session.flush()
    sinks = session.settings().sink
    for uri in sinks:
        if scheme(uri) == "sqlite":
            return Store(database_path(uri, session.directory), directory=session.directory)
    raise StoreMissing(
        f"The runs of this process go to {', '.join(map(session.channel.redactor.uri, sinks))}; "
        "reading them back here needs the sink 'sqlite:' among them."
    )
