"""Which models were fitted in a recorded call, and what is known of each since then."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog_sklearn.post_training.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.integration import Run


class RecordedModels:
    """The models of recorded fits: each is held weakly, and nothing is written on it.

    Copies of a model are other models, which were not recorded.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Callable[[], Any], Evaluation]] = {}
        self._latest: Run | None = None

    def begin_session(self, run: Run) -> bool:
        """Forgets all models if a run is the first of a new session; says whether it is."""
        is_first = self._latest is not None and not run.is_beside(self._latest)
        if is_first:
            self._known.clear()
        self._latest = run
        return is_first

    def add(self, model: Any, run: Run) -> Evaluation:
        """Notes that a model was fitted in a run, in place of an earlier one."""
        known = self.find(model)
        if known is not None and known.run.run_id == run.run_id:
            evaluation = known  # fitted step by step
        else:
            evaluation = Evaluation(run)
        # what a search has fitted and its user goes on with
        for one in (model, vars(model).get("best_estimator_")):
            if one is not None:
                self._add(one, evaluation)
        return evaluation

    def find(self, model: object) -> Evaluation | None:
        """What is known of a model; `None` if no fit of it was recorded."""
        known = self._known.get(id(model))
        return known[1] if known is not None and known[0]() is model else None

    def _add(self, model: Any, evaluation: Evaluation) -> None:
        key = id(model)
        try:
            reference = weakref.ref(model, partial(_forget, self._known, key))
        except TypeError:  # a class with `__slots__`
            return
        self._known[key] = reference, evaluation


def _forget(known: dict[int, tuple[Callable[[], Any], Evaluation]], key: int, gone: object) -> None:
    entry = known.get(key)
    if entry is not None and entry[0] is gone:
        del known[key]
