"""Baselines from the store: earlier runs of a test that have passed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autolog.errors import AutologError, StoreMissing
from autolog.guard import guard
from autolog.pytest_plugin.gates.baselines import MOST_RUNS
from autolog.pytest_plugin.gates.comparing import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from autolog.store import RecordedRun, Store

_MOST_SESSIONS = 200
_SHORT_ID = 8

_KIND = "pytest.kind"
_OUTCOME = "pytest.outcome"
_OF_PYTEST = "pytest."


class StoredBaselines:
    """Reads earlier runs of tests, each test's when something is first asked about it.

    Args:
        open_store: Opens the store.
        session_run_id: Tells the run of the present session of tests, which is no baseline.
        branch: The git branch whose runs count; by default those of all branches do.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        session_run_id: Callable[[], str | None],
        branch: str | None = None,
    ) -> None:
        self._open_store = open_store
        self._session_run_id = session_run_id
        self._branch = branch
        self._sessions: list[str] | None = None
        self._known: dict[str, list[dict[str, float]]] = {}
        self._newest: dict[str, str] = {}
        self._trouble: str | None = None

    def read(self) -> None:
        """See `Baselines`: the store is asked for each test."""

    def find(self, test: str, metric: str) -> Baseline | None:
        """See `Baselines`."""
        runs = self._runs(test)
        if not runs or metric not in runs[-1]:
            return None
        return Baseline(runs[-1][metric], f"run {self._newest[test]}{self._of_branch}")

    def missing(self, test: str) -> str:
        """See `Baselines`."""
        if self._runs(test):
            return f"the last run that has passed{self._of_branch} has no such metric"
        return (
            self._trouble or f"the store has no run of this test that has passed{self._of_branch}"
        )

    def metrics(self, test: str) -> Collection[str]:
        """See `Baselines`."""
        runs = self._runs(test)
        return runs[-1] if runs else ()

    def earlier(self, test: str, metric: str) -> tuple[float, ...]:
        """See `Baselines`."""
        return tuple(run[metric] for run in self._runs(test) if metric in run)

    @property
    def _of_branch(self) -> str:
        return "" if self._branch is None else f" on {self._branch}"

    def _runs(self, test: str) -> list[dict[str, float]]:
        """The metrics of a test's earlier runs, the oldest first."""
        if test not in self._known:
            self._known[test] = []
            with guard("reading earlier runs of a test"):
                self._known[test] = self._read(test)
        return self._known[test]

    def _read(self, test: str) -> list[dict[str, float]]:
        try:
            store = self._open_store()
            condition = self._condition(store, test)
            runs = [] if condition is None else store.runs(condition, limit=MOST_RUNS)
        except StoreMissing:
            return []
        except AutologError as error:
            self._trouble = str(error)
            return []
        if runs:
            self._newest[test] = runs[0].run_id[:_SHORT_ID]
        return [_comparable(metrics_of(run)) for run in reversed(runs)]

    def _condition(self, store: Store, test: str) -> str | None:
        """The filter for a test's runs; None where there can be none."""
        condition = f"name = {_quoted(test)} and tags.`{_OUTCOME}` = 'passed'"
        if self._branch is None:
            present = self._session_run_id()
            return condition if present is None else f"{condition} and parent_run_id != '{present}'"
        sessions = self._sessions_of_branch(store, self._branch)
        if not sessions:
            return None
        return f"{condition} and parent_run_id IN ({', '.join(map(_quoted, sessions))})"

    def _sessions_of_branch(self, store: Store, branch: str) -> list[str]:
        if self._sessions is None:
            runs = store.runs(
                f"tags.`git.branch` = {_quoted(branch)} and tags.`{_KIND}` = 'session'",
                parent=None,
                limit=_MOST_SESSIONS,
            )
            present = self._session_run_id()
            self._sessions = [run.run_id for run in runs if run.run_id != present]
        return self._sessions


def metrics_of(run: RecordedRun) -> dict[str, float]:
    """The metrics of a test's run; those that it has not itself are those of the runs below it.

    Args:
        run: The test's run.
    """
    below: dict[str, float] = {}
    for child in run.children:
        below |= metrics_of(child)
    return {**below, **run.metrics}


def _comparable(metrics: dict[str, float]) -> dict[str, float]:
    """The metrics of the test's own, as far as they are numbers."""
    return {
        name: value
        for name, value in metrics.items()
        if math.isfinite(value) and not name.startswith(_OF_PYTEST)
    }


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
