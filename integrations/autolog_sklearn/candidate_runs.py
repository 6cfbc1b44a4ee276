"""Each candidate of a search is a child of the search's run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.params import stringify_params
from autolog.integration import Run, RunError, Status
from autolog_sklearn.folds import error_told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autolog_sklearn.folds import Fold


class Candidate(msgspec.Struct, frozen=True):
    """Params that a search tries.

    Attributes:
        place: Its place among all candidates of the search.
        name: What it is called.
        params: What it changes of the seed, and what else the search says of it.
    """

    place: int
    name: str
    params: Mapping[str, Any]


class CandidateRuns:
    """The children of a search, opened and ended one after the other.

    Args:
        parent: The search's run.
        seed: The params of the estimator that candidates are made from.
        tags: The tags of each child.
    """

    def __init__(self, parent: Run, seed: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        self._parent = parent
        self._seed = stringify_params(seed)
        self._tags = tags
        self._runs: dict[int, Run] = {}
        self._open: Run | None = None
        self._error: RunError | None = None

    @property
    def by_place(self) -> Mapping[int, Run]:
        """The children, by their candidates' places."""
        return self._runs

    def begin(self, candidate: Candidate, started_ns: int | None) -> None:
        """Opens the child of a candidate."""
        run = self._parent.child(candidate.name, time_ns=started_ns, tags=self._tags)
        self._runs[candidate.place] = self._open = run
        self._error = None
        run.log_params({**self._seed, **candidate.params})

    def add(self, fold: Fold, number: int) -> None:
        """Records a fold of the candidate whose child is open."""
        if self._open is not None:
            self._open.log_point(fold.metrics, number, time_ns=fold.ended_ns)
        if fold.error is not None and self._error is None:
            self._error = error_told(fold.error)

    def end(self, ended_ns: int | None) -> None:
        """Ends the child that is open, as its fits went."""
        status = Status.FINISHED if self._error is None else Status.FAILED
        self._close(status, self._error, ended_ns)

    def break_off(self, error: BaseException | None) -> None:
        """Ends the child that is open, if one is, because no more of its folds will come.

        Args:
            error: What went wrong in this candidate; `None` if that was in another one.
        """
        told = error or self._error
        self._close(Status.KILLED if told is None else Status.FAILED, told, None)

    def record(self, candidate: Candidate, folds: Sequence[Fold]) -> None:
        """Opens, fills and ends the child of a candidate whose folds are all known."""
        self.begin(candidate, folds[0].started_ns if folds else None)
        for number, fold in enumerate(folds):
            self.add(fold, number)
        self.end(folds[-1].ended_ns if folds else None)

    def _close(
        self, status: Status, error: BaseException | RunError | None, ended_ns: int | None
    ) -> None:
        if self._open is not None:
            self._open.end(status, error, time_ns=ended_ns)
            self._open = None
