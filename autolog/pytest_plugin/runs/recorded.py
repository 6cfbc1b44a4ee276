"""What the fixture `recorded` gives: the runs of a test, as they are recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.testing.capturing import runs_of

if TYPE_CHECKING:
    from autolog.events import Event
    from autolog.pytest_plugin.runs.attempts import Attempt
    from autolog.testing.capturing import CapturedRun


class Recorded:
    """Looked up at each use, so that it tells the latest.

    Args:
        attempt: The attempt at the test.

    Example:
        >>> def test_learns(recorded):
        ...     LogisticRegression().fit(X, y)
        ...     assert recorded.run.metrics["training_accuracy_score"] > 0.9
    """

    def __init__(self, attempt: Attempt) -> None:
        attempt.heard.keeps_events = True
        self._attempt = attempt

    @property
    def run(self) -> CapturedRun:
        """The test's run: what its first training has recorded, and what was logged by hand.

        Each further training is among its `children`.

        Raises:
            AssertionError: Nothing was recorded so far.
        """
        runs = self.runs
        if not runs:
            raise AssertionError("nothing was recorded in this test so far")
        return runs[0]

    @property
    def runs(self) -> list[CapturedRun]:
        """The test's run and all runs below it, in the order in which they began."""
        attempt = self._attempt
        if not attempt.has_run:
            return []
        attempt.settle()
        tree = set(attempt.heard.runs(attempt.run.run_id))
        return runs_of(event for event in list(attempt.heard.events) if event.run_id in tree)

    @property
    def events(self) -> list[Event]:
        """All that was recorded while the test ran, in order."""
        self._attempt.settle()
        return list(self._attempt.heard.events)

    def __repr__(self) -> str:
        return f"<Recorded {self.runs}>"
