"""Searches for the best params: the search is a run, and each candidate a child of it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_sklearn.fitted import last_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog_sklearn.search_recording import SearchRecording

_MODULE = "sklearn.model_selection._search"

_under_way: dict[int, SearchRecording] = {}
"""The searches that are being recorded by the estimator's id: searches within them are others."""


def is_search(estimator: object) -> bool:
    """Whether it is one of scikit-learn's searches, or derived from them."""
    module = sys.modules.get(_MODULE)
    return module is not None and isinstance(estimator, module.BaseSearchCV)


@contextmanager
def following(call: Call, run: Run) -> Iterator[SearchRecording | None]:
    """Records the candidates of a search while its `fit` is under way.

    Args:
        call: The call of `fit`, of the search or of a pipeline that ends with it.
        run: The run that it is recorded in.

    Yields:
        The search; nothing if there is none.
    """
    estimator = last_step(call.instance)
    if not is_search(estimator):
        yield None
        return
    search = None
    limit = call.options.max_tuning_runs
    with guard("looking at a search", run.note_failure):
        from autolog_sklearn.search_recording import SearchRecording

        search = SearchRecording(estimator, run, run.max_child_runs if limit is None else limit)
        _under_way[id(estimator)] = search
    try:
        yield search
    finally:
        _under_way.pop(id(estimator), None)


def _run_search(call: Call, _run: Run) -> HookSteps:
    # Popped, since the method of a subclass may call that of its parent.
    search = _under_way.pop(id(call.instance), None)
    if search is not None and call.args:
        # By position, since a search of the user's may give the parameter any name.
        call.args = (search.followed(call.args[0]), *call.args[1:])
    yield


SEARCH_PATCHES = (Patch(f"{_MODULE}:BaseSearchCV._run_search+", _run_search, run="attached"),)
