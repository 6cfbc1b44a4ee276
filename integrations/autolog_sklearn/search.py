"""Searches for the best params: the search is a run, and each candidate a child of it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import estimator_tags
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_sklearn.candidate_names import CandidateNames
from autolog_sklearn.candidate_runs import Candidate, CandidateRuns
from autolog_sklearn.candidate_stream import CandidateStream
from autolog_sklearn.candidate_table import CandidateTable
from autolog_sklearn.fitted import is_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.integration import Flavor

_MODULE = "sklearn.model_selection._search"
_TABLE = "cv_results.csv"
_BEST_CHILD_TAG = "best_child_run_id"

_under_way: dict[int, Search] = {}
"""The searches that are being recorded by the estimator's id: searches within them are others."""


def is_search(estimator: object) -> bool:
    """Whether it is one of scikit-learn's searches, or derived from them."""
    module = sys.modules.get(_MODULE)
    return module is not None and isinstance(estimator, module.BaseSearchCV)


@contextmanager
def following(call: Call, run: Run) -> Iterator[Search | None]:
    """Records the candidates of a search while its `fit` is under way.

    Args:
        call: The call of `fit`, of the search or of a pipeline that ends with it.
        run: The run that it is recorded in.

    Yields:
        The search; nothing if there is none.
    """
    estimator = _last_step(call.instance)
    if not is_search(estimator):
        yield None
        return
    search = None
    limit = call.options.max_tuning_runs
    with guard("looking at a search", run.note_failure):
        search = Search(estimator, run, run.max_child_runs if limit is None else limit)
        _under_way[id(estimator)] = search
    try:
        yield search
    finally:
        _under_way.pop(id(estimator), None)


def _last_step(estimator: Any) -> Any:
    """What a pipeline fits last, itself and no copy of it; the estimator if it is no pipeline."""
    while is_pipeline(estimator):
        steps = vars(estimator).get("steps")
        is_told = isinstance(steps, list | tuple) and steps and isinstance(steps[-1], tuple)
        if not is_told or not steps[-1]:  # which the pipeline is going to refuse
            return None
        estimator = steps[-1][-1]
    return estimator


def _run_search(call: Call, _run: Run) -> HookSteps:
    # Popped, since the method of a subclass may call that of its parent.
    search = _under_way.pop(id(call.instance), None)
    if search is not None and call.args:
        # By position, since a search of the user's may give the parameter any name.
        call.args = (search.followed(call.args[0]), *call.args[1:])
    yield


class Search:
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
        from autolog_sklearn.streaming import stream

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
            self._run.set_tags({_BEST_CHILD_TAG: best.run_id})
        self._run.log_text(_TABLE, table.csv(self._run.redactor))

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


SEARCH_PATCHES = (Patch(f"{_MODULE}:BaseSearchCV._run_search+", _run_search, run="attached"),)

SEARCH_RECORDS: tuple[tuple[str, str], ...] = (
    (
        "child runs of searches",
        "one per candidate, as its folds are done: params, scores and times by fold, `cv_results_`",
    ),
    ("searches at the end of pipelines", "as searches, in the run of the pipeline"),
    ("params of searches", "get_params(deep=False), best_<param>"),
    ("metrics of searches", "best_cv_score"),
    ("model of searches", "`best_estimator`, besides `model`"),
    ("table of searches", f"{_TABLE}: the whole `cv_results_`"),
    ("tags of searches", _BEST_CHILD_TAG),
)
"""What is recorded of searches, for the documentation."""
