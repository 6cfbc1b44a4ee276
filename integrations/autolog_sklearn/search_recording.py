"""A search while it is recorded: its candidates become child runs, and its results the run's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags
from autolog.integration import guard
from autolog_sklearn.candidate_names import CandidateNames
from autolog_sklearn.candidate_runs import Candidate, CandidateRuns
from autolog_sklearn.candidate_stream import CandidateStream
from autolog_sklearn.candidate_table import CandidateTable
from autolog_sklearn.streaming import stream

if TYPE_CHECKING:
    from autolog.integration import Flavor, Run

TABLE = "cv_results.csv"
"""The file with all that a search says of its candidates."""

BEST_CHILD_TAG = "best_child_run_id"
"""The tag of the search's run that names the best candidate's."""


class SearchRecording:
    """One search that is being recorded.

    Args:
        estimator: The search, before its fit.
        run: The run of its fit.
        limit: The most children; `None` for one per candidate.
    """

    def __init__(self, estimator: Any, run: Run, limit: int | None) -> None:
        self._estimator = estimator
        self._run = run
        self._limit = limit
        seed = estimator.estimator
        params = estimator_params(seed, note=run.set_tags) if hasattr(seed, "get_params") else {}
        self._names = CandidateNames(run.redactor, type(seed).__name__)
        self._children = CandidateRuns(run, params, estimator_tags(seed))
        self._stream = CandidateStream(run, self._children, self._names, is_live=limit is None)
        self._started_ns = run.now()

    def followed(self, evaluate_candidates: Any) -> Any:
        """The function that evaluates candidates, with us as its listener."""
        if self._limit != 0 and stream(evaluate_candidates, self._stream):
            return self._stream.announcing(evaluate_candidates)
        return evaluate_candidates

    def log_results(self, inputs: Any, flavor: Flavor) -> None:
        """Records what is known once the search is over.

        Args:
            inputs: Some rows of what it was fitted on; `None` if they are not known.
            flavor: Writes the best estimator.
        """
        fitted, run = self._estimator, self._run
        best = getattr(fitted, "best_params_", {})
        run.log_params({f"best_{name}": value for name, value in best.items()})
        if hasattr(fitted, "best_score_"):
            run.log_metrics({"best_cv_score": fitted.best_score_})
        if hasattr(fitted, "cv_results_"):
            with guard("recording the candidates of a search", run.note_failure):
                self._log_candidates(CandidateTable(fitted.cv_results_))
        if hasattr(fitted, "best_estimator_"):
            run.log_model(fitted.best_estimator_, flavor, name="best_estimator", inputs=inputs)

    def _log_candidates(self, table: CandidateTable) -> None:
        if self._limit is not None or not self._stream.count:
            self._open_children(table)
        children = self._children.by_place
        for place, metrics in enumerate(table.metrics()):
            if place in children:
                children[place].log_metrics(metrics)
        best = children.get(getattr(self._estimator, "best_index_", -1))
        if best is not None:
            self._run.set_tags({BEST_CHILD_TAG: best.run_id})
        self._run.log_text(TABLE, table.csv(self._run.redactor))

    def _open_children(self, table: CandidateTable) -> None:
        """Opens children after the fit: the best alone, or where nothing told of single folds."""
        kept = self._stream.kept
        if not kept:
            self._names.learn(table.params)
        for place in table.best(self._limit, getattr(self._estimator, "refit", None)):
            if place in kept:
                self._children.record(*kept[place])
            else:
                params = table.params[place]
                candidate = Candidate(place, self._names.name(params), params)
                folds = table.folds(place, started_ns=self._started_ns, ended_ns=self._run.now())
                self._children.record(candidate, folds)
