"""A callback for XGBoost's trainings that tells a run of each round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgboost.callback import TrainingCallback
from xgboost.core import XGBoostError

from autolog.capture.boosting.allowance import Allowance
from autolog.capture.boosting.metric_names import mean_name, metric_name, std_name
from autolog.capture.boosting.rounds import Rounds
from autolog.capture.estimators import MISSING_TAG
from autolog.capture.quiet import quiet
from autolog.integration import guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xgboost import DMatrix

    from autolog.integration import Run

_TRAIN = "train"
_SECONDS_PER_ROW = 1e-7
"""What it takes to evaluate usual metrics on what is predicted for a row, or less."""


class _Series:
    """The values of one metric on one data set.

    Attributes:
        metrics: The values of the metrics on the data set, by name.
        metric: The name of this one.
        name: What it is called in the run.
        seen: How many values there were at the last look.
    """

    __slots__ = ("metric", "metrics", "name", "seen")

    def __init__(self, data_set: str, metrics: Mapping[str, list[Any]], metric: str) -> None:
        self.metrics = metrics
        self.metric = metric
        self.name = metric_name(data_set, metric)
        self.seen = 0


class RoundMetrics(TrainingCallback):
    """Records the metrics of each round; it stands before the user's own callbacks.

    There it sees each round, also one in which a callback stops the training or fails. Older
    versions of XGBoost call callbacks in any order, so that it may miss the last round, and records
    it at the end. What the user's callbacks add to the history of metrics is recorded after them.

    Args:
        run: The run of the training.
        is_alone: Whether there are no callbacks of the user's.
        unevaluated: What the model is trained on, if the last round is to be evaluated on that
            where nothing is evaluated otherwise, and it takes next to no time.

    Attributes:
        rounds: The rounds so far.
        best: What early stopping has noted as `best_iteration` and `best_score`.
    """

    def __init__(self, run: Run, *, is_alone: bool, unevaluated: DMatrix | None = None) -> None:
        super().__init__()
        self.rounds = Rounds(run)
        self._run = run
        self._is_alone = is_alone
        self._guard = guard("logging a round of XGBoost", run.note_failure)
        self._unevaluated = unevaluated
        self._allowance = Allowance()
        self._history: Mapping[str, Mapping[str, list[Any]]] = {}
        self._series: dict[tuple[str, str], _Series] = {}
        self._begun = self._seen = -1
        self.best: tuple[str | None, str | None] = (None, None)

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Records what the round has been evaluated to."""
        try:
            if self._seen < 0:
                self.rounds.first_step = model.num_boosted_rounds() - 1 - epoch
            self._seen, self._history = epoch, evals_log
            self.rounds.log(epoch, self._news())
        except BaseException:
            # raised again inside the guard, which would take its time in each round
            with self._guard:
                raise
        return False

    def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002 - XGBoost's interface
        """Records what others have added to the round before."""
        if not self._is_alone:
            with self._guard:
                self._log_additions()
        self._begun, self._history = epoch, evals_log
        return False

    def after_training(self, model: Any) -> Any:
        """Evaluates the last round, if it is to be, and notes which round was the best."""
        with guard("looking at the best round of XGBoost", self._run.note_failure):
            self.best = model.attr("best_iteration"), model.attr("best_score")
        if self._unevaluated is not None and not self._history and self._seen >= 0:
            with guard("evaluating the last round of XGBoost", self._run.note_failure):
                self._evaluate(model, self._unevaluated)
        return model

    def finish(self) -> None:
        """Records what is left of the last round, when the training is over or has failed."""
        with self._guard:
            self._log_additions()

    def _evaluate(self, model: Any, matrix: DMatrix) -> None:
        if not self._allowance.covers(matrix.num_row() * _SECONDS_PER_ROW):
            return
        try:
            with quiet():
                # what the model predicts on its training data is still in XGBoost's cache
                text = model.eval(matrix, _TRAIN)
        except XGBoostError as error:  # the user's metric is not defined for his labels
            self._run.set_tags({MISSING_TAG: str(error).partition("\n")[0]})
        else:
            self.rounds.log_last(self._seen, dict(scores_of(text)))

    def _log_additions(self) -> None:
        news = self._news()
        if news:
            self.rounds.log(self._begun, news)

    def _news(self) -> dict[str, float]:
        """The last value of each metric of which there are more values than before."""
        found = 0
        for metrics in self._history.values():
            found += len(metrics)
        if found > len(self._series):
            self._find_series()
        news: dict[str, float] = {}
        for series in self._series.values():
            values = series.metrics[series.metric]
            count = len(values)
            if count > series.seen:
                series.seen = count
                value = values[-1]
                if type(value) is float:
                    news[series.name] = value
                elif isinstance(value, tuple):  # of a cross-validation
                    news[mean_name(series.name)], news[std_name(series.name)] = map(float, value)
                else:
                    news[series.name] = float(value)
        return news

    def _find_series(self) -> None:
        for data_set, metrics in self._history.items():
            for metric in metrics:
                if (data_set, metric) not in self._series:
                    self._series[data_set, metric] = _Series(data_set, metrics, metric)


def scores_of(text: str) -> Iterator[tuple[str, float]]:
    """The metrics in the line that XGBoost says of a round, by name.

    Args:
        text: Such as `[3] train-logloss:0.31 train-auc:0.98`.
    """
    for score in text.split()[1:]:
        name, _, value = score.rpartition(":")
        data_set, _, metric = name.partition("-")
        yield metric_name(data_set, metric), float(value)
