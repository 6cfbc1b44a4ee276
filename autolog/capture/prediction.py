"""One pass of a fitted classifier over data: probabilities, and labels from them if possible."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from autolog.capture.rows import take_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_LABEL_OF_HIGHEST_PROBABILITY = frozenset(
    {
        "sklearn.calibration.CalibratedClassifierCV",
        "sklearn.ensemble._bagging.BaggingClassifier",
        "sklearn.ensemble._forest.ForestClassifier",
        "sklearn.ensemble._voting.VotingClassifier",
        "sklearn.neural_network._multilayer_perceptron.MLPClassifier",
        "sklearn.semi_supervised._label_propagation.BaseLabelPropagation",
        "sklearn.tree._classes.BaseDecisionTree",
    }
)
"""Classes whose `predict` takes the class with the highest of `predict_proba`, the first of equals.

Not among them are those that decide otherwise, such as `SVC(probability=True)` and classifiers with
a tuned threshold.
"""

_LABEL_OF_HIGHEST_SCORE = frozenset(
    {
        "sklearn.discriminant_analysis.DiscriminantAnalysisPredictionMixin",
        "sklearn.ensemble._gb.GradientBoostingClassifier",
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
        "sklearn.ensemble._weight_boosting.AdaBoostClassifier",
        "sklearn.linear_model._base.LinearClassifierMixin",
        "sklearn.naive_bayes._BaseNB",
        "sklearn.neighbors._classification.KNeighborsClassifier",
    }
)
"""Classes whose `predict` compares scores that the probabilities rise with.

Rounding can make probabilities equal where scores are not, so rows that are close are asked again.
"""

_DELEGATES: dict[str, Callable[[Any], Any]] = {
    "sklearn.ensemble._stacking.StackingClassifier": attrgetter("final_estimator_"),
    "sklearn.model_selection._search.BaseSearchCV": attrgetter("best_estimator_"),
    "sklearn.pipeline.Pipeline": lambda pipeline: pipeline.steps[-1][1],
    "sklearn.semi_supervised._self_training.SelfTrainingClassifier": attrgetter("estimator_"),
}
"""Classes that leave the decision to another estimator, and where they keep it."""


@dataclass(frozen=True, slots=True)
class ClassPrediction:
    """What a classifier says of some rows.

    Attributes:
        labels: The predicted labels.
        probabilities: One column per class; `None` where the classifier gives none.
    """

    labels: NDArray[Any]
    probabilities: NDArray[Any] | None


def predict_classes(classifier: Any, inputs: Any) -> ClassPrediction:
    """Labels and probabilities, exactly as `predict` and `predict_proba` give them.

    Where scikit-learn derives the labels from the probabilities, the model runs only once.

    Args:
        classifier: A fitted classifier, pipeline or search.
        inputs: The rows, of a kind that `classifier` takes.
    """
    import numpy as np

    if not hasattr(classifier, "predict_proba"):
        return ClassPrediction(np.asarray(classifier.predict(inputs)), None)
    probabilities = np.asarray(classifier.predict_proba(inputs))
    rule = _rule(deciding_estimator(classifier))
    if rule in _LABEL_OF_HIGHEST_PROBABILITY:
        return ClassPrediction(_likeliest(classifier, probabilities), probabilities)
    if rule in _LABEL_OF_HIGHEST_SCORE:
        labels = _likeliest(classifier, probabilities)
        close = _close_calls(probabilities)
        if close.size:
            labels[close] = classifier.predict(take_rows(inputs, close))
        return ClassPrediction(labels, probabilities)
    return ClassPrediction(np.asarray(classifier.predict(inputs)), probabilities)


def deciding_estimator(estimator: Any) -> Any:
    """The estimator that a pipeline, a search or a stack leaves its decision to, or itself."""
    while (owner := owner_of(estimator, "predict")) in _DELEGATES:
        estimator = _DELEGATES[owner](estimator)
    return estimator


def owner_of(instance: object, method: str) -> str:
    """The full name of the class that defines a method of the instance; empty if none does."""
    for owner in type(instance).__mro__:
        if method in vars(owner):
            return f"{owner.__module__}.{owner.__qualname__}"
    return ""


def _rule(estimator: object) -> str:
    """The class that decides on the labels, where scikit-learn's own probabilities tell them."""
    if not owner_of(estimator, "predict_proba").startswith("sklearn."):
        return ""
    return owner_of(estimator, "predict")


def _likeliest(classifier: Any, probabilities: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    labels: NDArray[Any] = np.asarray(classifier.classes_)[probabilities.argmax(axis=1)]
    return labels


def _close_calls(probabilities: NDArray[Any]) -> NDArray[Any]:
    """The rows in which the two highest probabilities are nearly equal, or undefined."""
    import numpy as np

    if probabilities.shape[1] == 1:
        return np.arange(0)
    highest = np.partition(probabilities, -2, axis=1)[:, -2:]
    tolerance = np.finfo(probabilities.dtype).eps ** 0.5
    return np.flatnonzero(~(highest[:, 1] - highest[:, 0] > tolerance))
