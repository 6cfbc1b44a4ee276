"""The public functions that read recorded runs back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import RunNotFound
from autolog.process import current_session

if TYPE_CHECKING:
    from autolog.store import RecordedRun


def get_run(run_id: str) -> RecordedRun:
    """Reads a run back.

    Args:
        run_id: Its id, or a unique beginning of it; `last` means the newest.

    Raises:
        RunNotFound: No run, or more than one, answers to it.
        StoreMissing: Nothing has been recorded here.

    Example:
        >>> autolog.get_run("4f2a").metrics["training_accuracy_score"]
        0.96
    """
    return _store().run(run_id)


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
    return _store().run(run.run_id)


@overload
def search_runs(
    filter: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
) -> pd.DataFrame: ...


@overload
def search_runs(
    filter: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    output: Literal["pandas"],
) -> pd.DataFrame: ...


@overload
def search_runs(
    filter: str | None = None,
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    limit: int | None = None,
    output: Literal["list"],
) -> list[RecordedRun]: ...


