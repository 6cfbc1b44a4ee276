"""Which models were fitted in a recorded call, and what is known of each since then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.followed_models import followed_models
from autolog.capture.weak_identity import WeakIdentities
from autolog_sklearn.post_training.evaluation import Evaluation

if TYPE_CHECKING:
    from autolog.integration import Run


class RecordedModels:
    """The models of recorded fits: each is held weakly, and nothing is written on it.

    Copies of a model are other models, which were not recorded.
    """

    def __init__(self) -> None:
        self._known: WeakIdentities[Evaluation] = WeakIdentities()
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
        run.follow(model)
        evaluation = self.find(model) or Evaluation(run)
        # what a search has fitted and its user goes on with
        best = vars(model).get("best_estimator_")
        if best is not None:
            run.follow(best)
            self._known.set(best, evaluation)
        return evaluation

    def find(self, model: object) -> Evaluation | None:
        """What is known of a model; `None` if no fit of it was recorded, by any integration."""
        run: Run | None = followed_models.get(model)
        if run is None:
            return None
        evaluation = self._known.get(model)
        if evaluation is None or not _is_same(run, evaluation.run):
            evaluation = Evaluation(run)
            self._known.set(model, evaluation)
        return evaluation


def _is_same(run: Run, other: Run) -> bool:
    return run.run_id == other.run_id and run.is_beside(other)
