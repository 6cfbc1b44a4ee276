"""One fitted estimator, asked about the rows of one data set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from autolog.capture.classification import confusion_of, label_metrics, probability_metrics
from autolog.capture.multilabel import is_multilabel, multilabel_metrics
from autolog.capture.plots.classification import confusion_plots, curve_plots
from autolog.capture.plots.regression import regression_plots
from autolog.capture.prediction import ClassPrediction, owner_of
from autolog.capture.regression import regression_metrics
from autolog.capture.rows import take_rows

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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known of an estimator on some rows.

    Attributes:
        estimator: The fitted estimator.
        inputs: The rows.
        targets: The true value of each row.
        sample_weight: How much each row counts; `None` for all the same.
        pos_label: The class that precision, recall and F1 are about.
        metrics: What was found so far, by name.
        plotting: What makes plots of the predictions that the metrics were found from.
    """

    estimator: Any
    inputs: Any
    targets: Any
    sample_weight: Any = None
    pos_label: object | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    plotting: list[Callable[[], list[Plot]]] = field(default_factory=list)

    def on_rows(self, rows: NDArray[Any]) -> Evaluation:
        """The same on some of the rows only."""
        return replace(
            self,
            inputs=take_rows(self.inputs, rows),
            targets=take_rows(self.targets, rows),
            sample_weight=take_rows(self.sample_weight, rows),
        )

    def try_out(self) -> None:
        """Runs the model once, the way that takes longest, to see how long it takes."""
        for method in ("predict_proba", "predict"):
            if hasattr(self.estimator, method):
                getattr(self.estimator, method)(self.inputs)
                return
        self.add_score()

    def add_prediction_metrics(self) -> None:
        """Adds what can be told from the predictions of a classifier or regressor."""
        kind = estimator_kind(self.estimator)
        if kind == "classifier":
            self._add_class_metrics()
        elif kind == "regressor":
            predicted, weights = self.estimator.predict(self.inputs), self._weights()
            self.metrics.update(regression_metrics(self.targets, predicted, weights))
            self.plotting.append(partial(regression_plots, self.targets, predicted, weights))

    def add_score(self) -> None:
        """Adds what the estimator's own `score` says."""
        if not hasattr(self.estimator, "score"):
            return
        metric = _SCORED_BY.get(owner_of(_scorer(self.estimator), "score"))
        if metric in self.metrics:
            self.metrics["score"] = self.metrics[metric]
        elif metric is None or not self._has_several_outputs():
            self.metrics["score"] = self._ask_score()

    def _add_class_metrics(self) -> None:
        import numpy as np

        weights = self._weights()
        if is_multilabel(self.targets):
            self.metrics.update(
                multilabel_metrics(self.estimator, self.inputs, self.targets, weights)
            )
            return
        if self._has_several_outputs():
            return
        truth = np.asarray(self.targets).ravel()
        predicted = ClassPrediction(self.estimator, self.inputs)
        confusion = confusion_of(truth, predicted.labels.ravel(), weights)
        self.metrics.update(label_metrics(confusion, self.pos_label))
        self.plotting.append(partial(confusion_plots, confusion))
        probabilities = predicted.probabilities
        if probabilities is not None:
            classes = np.asarray(self.estimator.classes_)
            self.metrics.update(probability_metrics(truth, probabilities, classes, weights))
        self.plotting.append(partial(self._curve_plots, truth, predicted))

    def _curve_plots(self, truth: NDArray[Any], predicted: ClassPrediction) -> list[Plot]:
        import numpy as np

        classes = np.asarray(getattr(self.estimator, "classes_", ()))
        if len(classes) != 2 or predicted.scores is None:  # noqa: PLR2004 - one class, and the rest
            return []
        return curve_plots(truth, predicted.scores, classes[1], self._weights())

    def _ask_score(self) -> float:
        import inspect

        score = self.estimator.score
        weighted = self.sample_weight is not None
        if weighted and "sample_weight" in inspect.signature(score).parameters:
            return float(score(self.inputs, self.targets, sample_weight=self.sample_weight))
        return float(score(self.inputs, self.targets))

    def _has_several_outputs(self) -> bool:
        import numpy as np

        shape = getattr(self.targets, "shape", None) or np.shape(self.targets)
        return len(shape) > 1 and shape[1] > 1

    def _weights(self) -> NDArray[Any] | None:
        import numpy as np

        if self.sample_weight is None:
            return None
        return np.asarray(self.sample_weight, dtype=np.float64).ravel()


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


def _scorer(estimator: Any) -> Any:
    """The estimator whose `score` a pipeline or a search without a scoring of its own calls."""
    while True:
        owner = owner_of(estimator, "score")
        if owner == "sklearn.pipeline.Pipeline":
            estimator = estimator.steps[-1][1]
        elif owner == "sklearn.model_selection._search.BaseSearchCV" and estimator.scoring is None:
            estimator = estimator.best_estimator_
        else:
            return estimator
