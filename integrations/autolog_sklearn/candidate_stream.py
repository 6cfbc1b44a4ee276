"""Puts the results of a search together to candidates, in the order in which they come."""

from __future__ import annotations

from collections import deque
from functools import wraps
from typing import TYPE_CHECKING, Any

from autolog.integration import Run, guard
from autolog_sklearn.candidate_runs import Candidate, CandidateRuns
from autolog_sklearn.folds import Fold, fold_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from autolog_sklearn.candidate_names import CandidateNames
    from autolog_sklearn.streaming import Task


_REST_NS = 100_000_000
"""So long, in nanoseconds, folds that come one right after the other are kept together."""


class CandidateStream:
    """Hears of candidates, then of their folds, candidate by candidate.

    What there is to record of a fold takes several times as long between two short fits, whose code
    and data fill the processor's caches, as right after that of another fold.

    Args:
        run: The search's run.
        children: The runs of the candidates.
        names: What candidates are called.
        is_live: Whether children are opened as folds arrive. Otherwise folds are kept, until it is
            known which candidates are to have a child.
    """

    def __init__(
        self, run: Run, children: CandidateRuns, names: CandidateNames, *, is_live: bool
    ) -> None:
        self.count = 0
        self.kept: dict[int, tuple[Candidate, list[Fold]]] = {}
        self._run = run
        self._children = children
        self._names = names
        self._is_live = is_live
        self._announced: deque[Mapping[str, Any]] = deque()
        self._waiting: deque[tuple[Task, Any, int]] = deque()
        self._recorded_ns = 0

    def announcing(self, evaluate_candidates: Callable[..., Any]) -> Callable[..., Any]:
        """The function that evaluates candidates, telling us of them first."""

        @wraps(evaluate_candidates)
        def announce_and_evaluate(
            candidate_params: Iterable[Mapping[str, Any]], *args: Any, **kwargs: Any
        ) -> Any:
            candidates = list(candidate_params)
            with guard("looking at the candidates of a search", self._run.note_failure):
                self._announce(candidates, kwargs.get("more_results") or {})
            return evaluate_candidates(candidates, *args, **kwargs)

        return announce_and_evaluate

    def now(self) -> int:
        """The time, in nanoseconds since the epoch."""
        return self._run.now()

    def arrived(self, task: Task, result: Any) -> None:
        """Records a fold, soon; see `streaming.Listener`."""
        now = self.now()
        self._waiting.append((task, result, now))
        if now - self._recorded_ns >= _REST_NS:
            self.catch_up()

    def catch_up(self) -> None:
        """Records the folds that are waiting; see `streaming.Listener`."""
        while self._waiting:
            task, result, arrived_ns = self._waiting.popleft()
            with guard("recording a fold of a search", self._run.note_failure):
                fold = fold_of(result, dispatched_ns=task.dispatched_ns, arrived_ns=arrived_ns)
                if task.fold == 0:
                    self._begin(fold.started_ns)
                self._add(fold, task)
        self._recorded_ns = self.now()

    def broke_off(self, task: Task | None, error: BaseException) -> None:
        """Ends the candidate that was being evaluated; see `streaming.Listener`."""
        self.catch_up()
        with guard("recording what ended a search", self._run.note_failure):
            if task is not None and task.fold == 0:
                self._begin(task.dispatched_ns)
            self._children.break_off(None if task is None else error)

    def _announce(
        self, candidates: list[Mapping[str, Any]], more: Mapping[str, Sequence[Any]]
    ) -> None:
        """Begins a round; halving says of each candidate besides which round it is."""
        rows = zip(*more.values(), strict=True) if more else [()] * len(candidates)
        self._announced = deque(
            {**params, **dict(zip(more, row, strict=True))}
            for params, row in zip(candidates, rows, strict=True)
        )
        self._names.learn(self._announced)

    def _begin(self, started_ns: int) -> None:
        params = self._announced.popleft()
        candidate = Candidate(self.count, self._names.name(params), params)
        self.count += 1
        if self._is_live:
            self._children.begin(candidate, started_ns)
        else:
            self.kept[candidate.place] = (candidate, [])

    def _add(self, fold: Fold, task: Task) -> None:
        if not self._is_live:
            self.kept[self.count - 1][1].append(fold)
            return
        self._children.add(fold, task.fold)
        if task.fold == task.folds - 1:
            self._children.end(fold.ended_ns)
