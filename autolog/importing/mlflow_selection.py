"""Which runs of an MLflow tracking store are imported, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autolog.errors import RunNotFound
from autolog.importing.mlflow_runs import PARENT_TAG, id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autolog.importing.mlflow_store import MLflowStore


class Selected(NamedTuple):
    """A run that is to be imported.

    Attributes:
        run: The run, as MLflow's client gives it.
        experiment: The name of its experiment.
        parent: The id here of the run that it belongs under.
    """

    run: Any
    experiment: str
    parent: str | None


def select(
    store: MLflowStore, chosen: Sequence[str], experiment: str | None, condition: str
) -> Iterator[Selected]:
    """The runs that are to be imported, each after the one that it belongs under.

    Args:
        store: The store.
        chosen: MLflow's ids of the runs to take with all under them; if there are none, all runs.
        experiment: Of all runs, only those of this experiment.
        condition: Of all runs, only those that match this filter of MLflow's.

    Raises:
        RunNotFound: There is no run of an id.
        StoreError: The store does not answer, or there is no such experiment.
    """
    names = store.experiments()
    wanted = store.experiments(experiment)
    runs = _families(store, chosen) if chosen else store.runs(list(wanted), condition)
    ids: dict[str, str] = {}
    for run in runs:
        for one in _with_parents(store, run, ids):
            parent = one.data.tags.get(PARENT_TAG)
            above = None if parent is None else ids.get(parent, parent)
            ids[one.info.run_id] = id_of(one)
            yield Selected(one, names.get(one.info.experiment_id, one.info.experiment_id), above)


def _families(store: MLflowStore, chosen: Iterable[str]) -> Iterator[Any]:
    for run_id in chosen:
        run = store.run(run_id)
        yield run
        children = store.runs([run.info.experiment_id], f"tags.`{PARENT_TAG}` = '{run_id}'")
        yield from _families(store, [child.info.run_id for child in children])


def _with_parents(store: MLflowStore, run: Any, ids: dict[str, str]) -> list[Any]:
    """The run, behind those above it that have not come yet; nothing if it has come itself."""
    line: list[Any] = []
    above: Any = run
    while above is not None and above.info.run_id not in ids and above not in line:
        line.append(above)
        parent = above.data.tags.get(PARENT_TAG)
        above = None if parent is None or parent in ids else _found(store, parent)
    return line[::-1]


def _found(store: MLflowStore, run_id: str) -> Any:
    try:
        return store.run(run_id)
    except RunNotFound:
        return None
