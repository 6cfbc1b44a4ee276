"""The callback that records each round of a training, and what early stopping made of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autolog.capture.boosting.allowance import Allowance
from autolog.capture.boosting.metric_names import mean_name, metric_name, std_name
from autolog.capture.boosting.rounds import Rounds
from autolog.integration import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lightgbm.callback import CallbackEnv

    from autolog.integration import Run

_SECONDS_PER_VALUE = 5e-7
"""What it takes to evaluate the metrics on what is predicted for a row, or less."""

_DEVIATION = 4
"""The place of the deviation in a row of the results of a cross-validation."""


class RoundMetrics:
    """Records the results of each round, of which LightGBM tells a callback.

    Args:
        run: The run of the training.
        training_set: What LightGBM calls the training set among the evaluation sets.
        evaluates: Whether the training set is to be evaluated after the last round where there are
            no evaluation sets, and it takes next to no time.

    Attributes:
        rounds: The rounds so far.
        model: The booster that is trained, or the boosters of a cross-validation; `None` before
            the end of the first round.
    """

    def __init__(self, run: Run, training_set: str, *, evaluates: bool = False) -> None:
        self.rounds = Rounds(run)
        self.model: Any = None
        self._run = run
        self._training_set = training_set
        self._evaluates = evaluates
        self._allowance = Allowance()
        self._metrics: dict[tuple[str, str], _Metric] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._deviations: dict[tuple[str, str], str] = {}

    def callback(self) -> Callable[[CallbackEnv], None]:
        """What LightGBM is to call after each round, before all other callbacks.

        Any of them may raise an exception to stop the training, and the round has been evaluated
        all the same.
        """

        def record_round(env: CallbackEnv) -> None:  # a function, which costs less than an object
            self._take(env)

        # LightGBM sets an order of its own choice unless the function itself has one
        vars(record_round).update(order=-math.inf, before_iteration=False)
        return record_round

    def _take(self, env: CallbackEnv) -> None:
        try:
            self.model = env.model
            results = env.evaluation_result_list
            if results:
                self.rounds.log(env.iteration, self._metrics_of(results))
            elif self._evaluates and env.iteration == env.end_iteration - 1:
                last = self._metrics_of(self._results_on_training_set(env.model))
                self.rounds.log_last(env.iteration, last)
        except BaseException:
            # raised again inside the guard, which would take its time in each round
            with guard("logging a round of LightGBM", self._run.note_failure):
                raise

    def log_stopping(self, best_iteration: int) -> None:
        """Records when the training was stopped, where something looked for its best round.

        Args:
            best_iteration: What the trained model says of itself: the number of rounds up to the
                best, or nothing above 0.
        """
        if best_iteration > 0:
            step = best_iteration - 1
            self.rounds.log_stopping(
                step, best_iteration=best_iteration, best_score=self._best_score(step)
            )

    def _metrics_of(self, results: Sequence[Any]) -> dict[str, float]:
        names, deviations = self._names, self._deviations
        metrics: dict[str, float] = {}
        try:
            # a comprehension would be one function more to go through in each round
            for row in results:
                metrics[names[row[:2]]] = float(row[2])
        except KeyError:  # as in the first round
            self._learn(results)
            metrics = {names[row[:2]]: float(row[2]) for row in results}
        if deviations:
            metrics |= {deviations[row[:2]]: float(row[_DEVIATION]) for row in results}
        return metrics

    def _learn(self, results: Sequence[Any]) -> None:
        """Learns which metrics there are, so that a round takes microseconds."""
        for row in results:
            key = row[:2]
            # LightGBM before 4.7 tells the set and the metric of a cross-validation in one text
            data_set, metric = key if row[0] != "cv_agg" else row[1].split(" ", 1)
            name = metric_name(data_set, metric)
            if len(row) > _DEVIATION and row[_DEVIATION] is not None:
                self._deviations[key] = std_name(name)
                name = mean_name(name)
            self._names[key] = name
            self._metrics[key] = _Metric(name, data_set, row[3])

    def _best_score(self, step: int) -> float | None:
        """What was compared in the best round: the metric that is the best there, or the first."""
        compared = []
        for metric in self._metrics.values():
            values = self.rounds.values(metric.name)
            if metric.data_set != self._training_set and step in values:
                if values[step] == (max if metric.maximize else min)(values.values()):
                    return values[step]
                compared.append(values[step])
        return next(iter(compared), None)

    def _results_on_training_set(self, model: Any) -> Sequence[Any]:
        """The metrics of the training on its own data, which LightGBM keeps up to date anyway."""
        values = model.train_set.num_data() * model.num_model_per_iteration()
        results: Sequence[Any] = ()
        if self._allowance.covers(values * _SECONDS_PER_VALUE):
            results = model.eval_train()
        return results


@dataclass(frozen=True, slots=True)
class _Metric:
    name: str
    data_set: str
    maximize: bool
