"""The metrics of the rounds of a training, and of the round that early stopping found best."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autolog.capture.training_run import TrainingRun

STOPPED_ITERATION = "stopped_iteration"
"""The metric for the index of the last round that was trained, counted from 0."""

BEST_ITERATION = "best_iteration"
"""The metric for the best round, as the library counts it."""

BEST_SCORE = "best_score"
"""The metric for what early stopping looked at, in the best round."""


class Rounds:
    """The rounds of one training: the metrics of each are recorded as soon as it is over.

    Args:
        run: The run of the training.
        first_step: The step of the first round: the number of rounds of the model that the
            training goes on with.

    Attributes:
        first_step: The same; it may be set until the first round is over.
    """

    def __init__(self, run: TrainingRun, first_step: int = 0) -> None:
        self.first_step = first_step
        self._run = run
        self._log_step = run.step_logger()
        self._metrics: dict[int, dict[str, float]] = {}

    @property
    def count(self) -> int:
        """How many rounds of this training are over."""
        return len(self._metrics)

    def values(self, name: str) -> dict[int, float]:
        """The values of a metric so far, by their steps."""
        return {step: found[name] for step, found in self._metrics.items() if name in found}

    def log(self, iteration: int, metrics: dict[str, float]) -> None:
        """Records metrics of a round; what is told of one twice is told of it together.

        Args:
            iteration: The number of the round in this training, from 0.
            metrics: Values by name, which nothing changes any more.
        """
        step = self.first_step + iteration
        if step in self._metrics:
            self._metrics[step] = self._metrics[step] | metrics
        else:
            self._metrics[step] = metrics
        if metrics:
            self._log_step(metrics, step)

    def log_last(self, iteration: int, metrics: dict[str, float]) -> None:
        """Records metrics of the last round, the only one that has any, whichever steps are kept.

        Args:
            iteration: The number of the round in this training, from 0.
            metrics: Values by name, which nothing changes any more.
        """
        if metrics:
            self._run.log_point(metrics, self.first_step + iteration)

    def log_stopping(
        self,
        best_step: int | None,
        *,
        best_iteration: int | None = None,
        best_score: float | None = None,
    ) -> None:
        """Records when the training was stopped, and what was best until then.

        The metrics of the best round stand once more at the step after the last, where they are
        the latest of their names.

        Args:
            best_step: The step of the best round; `None` if nobody says which was.
            best_iteration: The best round as the library counts it; by default its step.
            best_score: The value that the library compared.
        """
        if not self._metrics:
            return
        last = max(self._metrics)
        found: dict[str, float] = {STOPPED_ITERATION: last}
        if best_step is not None:
            found[BEST_ITERATION] = best_step if best_iteration is None else best_iteration
        if best_score is not None:
            found[BEST_SCORE] = best_score
        self._run.log_metrics(found)
        best = {} if best_step is None else self._metrics.get(best_step, {})
        if best:
            self._run.log_point(best, last + 1)
