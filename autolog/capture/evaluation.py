"""One fitted estimator, asked about the rows of one data set."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, partial
from numbers import Number
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from autolog.capture.asking import ask, number_of
from autolog.capture.classification import (
    MOST_RANKED,
    are_comparable,
    confusion_of,
    label_metrics,
    probability_metrics,
)
from autolog.capture.plots.classification import confusion_plots, curve_plots
from autolog.capture.prediction import ClassPrediction, owner_of
from autolog.capture.rows import count_rows, take_rows
from autolog.capture.targets import known_rows, table_of
from autolog.errors import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from autolog.capture.plots.plot import Plot

_SCORED_BY = {
    "sklearn.base.ClassifierMixin": "accuracy_score",
    "sklearn.base.RegressorMixin": "r2_score",
    "sklearn.neighbors._classification.KNeighborsClassifier": "accuracy_score",
    "sklearn.neighbors._classification.RadiusNeighborsClassifier": "accuracy_score",
}
"""Classes whose `score` is a metric of the predictions: no reason to predict again."""


_BINARY = 2

_SEARCH = "sklearn.model_selection._search.BaseSearchCV"


class Evaluation(msgspec.Struct, frozen=True, dict=True):
    """What is known of an estimator on some rows.

    Attributes:
        estimator: The fitted estimator.
        inputs: The rows.
        targets: The true value of each row.
        sample_weight: How much each row counts; `None` or a number for all the same.
        pos_label: The class that precision, recall and F1 are about.
        metrics: What was found so far, by name.
        plotting: What makes plots of the predictions that the metrics were found from.
        answers: What `predict` gave for the rows, if it was asked.
        missing: What could not be found, and why.
    """

    estimator: Any
    inputs: Any
    targets: Any
    sample_weight: Any = None
    pos_label: object | None = None
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    plotting: list[Callable[[], list[Plot]]] = msgspec.field(default_factory=list)
    answers: list[Any] = msgspec.field(default_factory=list)
    missing: list[str] = msgspec.field(default_factory=list)

    def on_rows(self, rows: NDArray[Any]) -> Evaluation:
        """The same on some of the rows only."""
        weights = self.sample_weight
        return msgspec.structs.replace(
            self,
            inputs=take_rows(self.inputs, rows),
            targets=take_rows(self.targets, rows),
            sample_weight=weights if _is_one_for_all(weights) else take_rows(weights, rows),
        )

    def try_out(self) -> None:
        """Runs the model once, the way that takes longest, to see how long it takes."""
        for method in ("predict_proba", "predict"):
            if hasattr(self.estimator, method):
                with suppress(ModelFailed):  # which takes no time when all rows are asked about
                    ask(self.estimator, method, self.inputs)
                    return
        self.add_score()

    def on_known_rows(self) -> Evaluation:
        """The same on the rows whose target is known; on all where that is no question."""
        truth = table_of(self.targets)
        if truth is None or not self._predicts():
            return self
        rows = known_rows(truth, self.estimator)
        return self if rows is None else self.on_rows(rows)

    @property
    def has_weight(self) -> bool:
        """Whether there are rows, and any of them counts."""
        if not count_rows(self.inputs):
            return False
        weights = self._weights()
        return weights is None or bool(weights.sum() > 0)

    def add_prediction_metrics(self) -> None:
        """Adds what can be told from the predictions of a classifier or regressor."""
        truth = table_of(self.targets)
        if truth is None or not self._predicts():
            return
        weights = self._weights()
        if self._kind == "regressor":
            self._add_errors(truth, weights)
        elif truth.ndim == 1:
            self._add_class_metrics(truth, weights)
        else:
            self._add_metrics_of_several(truth, weights)

    def add_score(self) -> None:
        """Adds what the estimator's own `score` says."""
        scorer = _scorer(self.estimator)
        if scorer is None:
            return
        metric = _SCORED_BY.get(owner_of(scorer, "score"))
        if metric in self.metrics:
            self.metrics["score"] = self.metrics[metric]
        elif metric is None and _scores_by_own_code(scorer):
            self.missing.append("score (a scorer of your own would be called)")
        elif metric is None:
            self.metrics["score"] = self._ask_score()

    def _predicts(self) -> bool:
        """Whether it is a classifier or a regressor, and not a search that keeps no model."""
        return bool(self._kind) and hasattr(self.estimator, "predict")

    @cached_property
    def _kind(self) -> Literal["classifier", "regressor", ""]:
        return estimator_kind(self.estimator)

    def _predict(self) -> Any:
        return ask(self.estimator, "predict", self.inputs)

    def _add_errors(self, truth: Any, weights: NDArray[Any] | None) -> None:
        from autolog.capture.plots.regression import regression_plots
        from autolog.capture.regression import regression_metrics

        predicted = self._predict()
        self.metrics.update(regression_metrics(truth, predicted, weights))
        self.answers.append(predicted)
        if self.metrics:
            self.plotting.append(partial(regression_plots, truth, predicted, weights))

    def _add_metrics_of_several(self, truth: Any, weights: NDArray[Any] | None) -> None:
        from autolog.capture.multilabel import (
            exact_match_ratio,
            is_multilabel,
            multilabel_metrics,
            multilabel_probability_metrics,
        )

        predicted = self._predict()
        self.answers.append(predicted)
        if not is_multilabel(truth):
            self.metrics.update(exact_match_ratio(truth, table_of(predicted), weights))
            return
        self.metrics.update(multilabel_metrics(truth, table_of(predicted), weights))
        if self.metrics and hasattr(self.estimator, "predict_proba"):
            told = ask(self.estimator, "predict_proba", self.inputs)
            self.metrics.update(multilabel_probability_metrics(truth, told, weights))

    def _add_class_metrics(self, truth: Any, weights: NDArray[Any] | None) -> None:
        predicted = ClassPrediction(self.estimator, self.inputs)
        labels = predicted.labels.ravel()
        self.answers.append(predicted.answer)
        if not are_comparable(truth, labels):
            return
        confusion = confusion_of(truth, labels, weights)
        self.metrics.update(label_metrics(confusion, self.pos_label))
        self.plotting.append(partial(confusion_plots, confusion))
        self.plotting.append(partial(self._curve_plots, truth, predicted))
        probabilities, classes = predicted.probabilities, self._classes
        if probabilities is None or probabilities.shape[1] != len(classes):
            return
        found = probability_metrics(truth, probabilities, classes, weights)
        self.metrics.update(found)
        if found and len(classes) > _BINARY and probabilities.size > MOST_RANKED:
            size = f"{len(truth)} rows of {len(classes)} classes"
            self.missing.append(f"roc_auc (for {size} it would take too long)")

    def _curve_plots(self, truth: NDArray[Any], predicted: ClassPrediction) -> list[Plot]:
        classes = self._classes
        if len(classes) != _BINARY or predicted.scores is None:
            return []
        return curve_plots(truth, predicted.scores, classes[1], self._weights())

    @property
    def _classes(self) -> NDArray[Any]:
        """The classes of the one output; empty where these are not told, or not of one."""
        import numpy as np

        classes = np.asarray(getattr(self.estimator, "classes_", ()))
        return classes if classes.ndim == 1 else classes.ravel()[:0]

    def _ask_score(self) -> float:
        import inspect

        named: dict[str, Any] = {}
        weighted = self.sample_weight is not None
        if weighted and "sample_weight" in inspect.signature(self.estimator.score).parameters:
            named["sample_weight"] = self.sample_weight
        return number_of(ask(self.estimator, "score", self.inputs, self.targets, **named))

    def _weights(self) -> NDArray[Any] | None:
        import numpy as np

        if _is_one_for_all(self.sample_weight):
            return None
        return np.asarray(self.sample_weight, dtype=np.float64).ravel()


def _is_one_for_all(weights: Any) -> bool:
    """Whether all samples count the same: there is no weight, or it is a single number."""
    return weights is None or isinstance(weights, Number)


def estimator_kind(estimator: Any) -> Literal["classifier", "regressor", ""]:
    """What an estimator is, by its mixin, the attribute of old, or scikit-learn's tags."""
    from sklearn.base import ClassifierMixin, RegressorMixin, is_classifier, is_regressor

    told = getattr(estimator, "_estimator_type", None)
    # The tags of a class that names its mixin after BaseEstimator do not say what it is.
    if isinstance(estimator, ClassifierMixin) or told == "classifier" or is_classifier(estimator):
        return "classifier"
    if isinstance(estimator, RegressorMixin) or told == "regressor" or is_regressor(estimator):
        return "regressor"
    return ""


def _scores_by_own_code(estimator: Any) -> bool:
    """Whether the estimator's `score` calls a scorer that is the user's code."""
    scoring = getattr(estimator, "scoring", None)
    if isinstance(scoring, dict):
        scoring = scoring.get(getattr(estimator, "refit", None))
    if not callable(scoring):
        return False
    is_made = type(scoring).__module__ == "sklearn.metrics._scorer"
    function = getattr(scoring, "_score_func", None)
    return not is_made or not str(getattr(function, "__module__", "")).startswith("sklearn.metrics")


def _scorer(estimator: Any) -> Any:
    """The estimator whose `score` a pipeline or a search without a scoring of its own calls.

    It is `None` where there is none, where it belongs to a search that has kept no model, and where
    that has several scorings of which none is the `score`.
    """
    while hasattr(estimator, "score"):
        owner = owner_of(estimator, "score")
        if owner == "sklearn.pipeline.Pipeline":
            estimator = estimator.steps[-1][1]
        elif owner == _SEARCH and callable(estimator.refit) and estimator.multimetric_:
            return None
        elif owner != _SEARCH or (estimator.scoring is not None and estimator.refit):
            return estimator
        else:
            estimator = getattr(estimator, "best_estimator_", None)
    return None
