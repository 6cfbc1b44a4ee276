"""One pass of a fitted classifier over data: probabilities, and labels from them if possible."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from autolog.capture.asking import ask
from autolog.capture.rows import count_rows, take_rows
from autolog.errors import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def _self_trained(classifier: Any) -> Any:
    name = "estimator_" if hasattr(classifier, "estimator_") else "base_estimator_"
    return getattr(classifier, name)  # the latter before scikit-learn 1.6


_DELEGATES: dict[str, Callable[[Any], Any]] = {
    "sklearn.ensemble._stacking.StackingClassifier": attrgetter("final_estimator_"),
    "sklearn.model_selection._search.BaseSearchCV": attrgetter("best_estimator_"),
    "sklearn.pipeline.Pipeline": lambda pipeline: pipeline.steps[-1][1],
    "sklearn.semi_supervised._self_training.SelfTrainingClassifier": _self_trained,
}
"""Classes that leave the decision to another estimator, and where they keep it."""


class ClassPrediction:
    """What a classifier says of some rows, exactly as `predict` and `predict_proba` give it.

    The classifier is asked when an attribute is used, and only once for both where scikit-learn
    derives the labels from the probabilities. `ModelFailed` is raised where it fails.

    Args:
        classifier: A fitted classifier, pipeline or search.
        inputs: The rows, of a kind that `classifier` takes.
    """

    def __init__(self, classifier: Any, inputs: Any) -> None:
        self._classifier = classifier
        self._inputs = inputs

    @cached_property
    def probabilities(self) -> NDArray[Any] | None:
        """One column per class; `None` where the classifier gives none."""
        import numpy as np

        if not hasattr(self._classifier, "predict_proba"):
            return None
        probabilities = ask(self._classifier, "predict_proba", self._inputs)
        is_table = isinstance(probabilities, np.ndarray) and probabilities.ndim == 2  # noqa: PLR2004 - rows and columns
        return self._numbers(probabilities) if is_table else None

    @cached_property
    def scores(self) -> NDArray[Any] | None:
        """How much speaks for the second of two classes; `None` where there is no such number."""
        import numpy as np

        if self.probabilities is not None:
            return self.probabilities[:, 1]
        if not hasattr(self._classifier, "decision_function"):
            return None
        scores = np.asarray(ask(self._classifier, "decision_function", self._inputs))
        return self._numbers(scores) if scores.ndim == 1 else None

    def _numbers(self, answer: NDArray[Any]) -> NDArray[Any] | None:
        """An array of real numbers, some for each row; `None` where it is none."""
        if answer.dtype.kind not in "fiu" or len(answer) != count_rows(self._inputs):
            return None
        return answer if answer.dtype.kind == "f" else answer.astype(float)

    @cached_property
    def answer(self) -> Any:
        """What `predict` gives, in whatever form."""
        import numpy as np

        rule = _rule(deciding_estimator(self._classifier))
        is_told = rule in _LABEL_OF_HIGHEST_PROBABILITY | _LABEL_OF_HIGHEST_SCORE
        probabilities = None
        if is_told:
            with suppress(ModelFailed):  # `predict` may do nevertheless
                probabilities = self.probabilities
        if probabilities is None:
            return ask(self._classifier, "predict", self._inputs)
        labels: NDArray[Any] = np.asarray(self._classifier.classes_)[probabilities.argmax(axis=1)]
        if rule in _LABEL_OF_HIGHEST_SCORE:
            close = _close_calls(probabilities)
            if len(close):
                labels[close] = ask(self._classifier, "predict", take_rows(self._inputs, close))
        return labels

    @property
    def labels(self) -> NDArray[Any]:
        """The predicted labels, as an array."""
        import numpy as np

        return np.asarray(self.answer)


def deciding_estimator(estimator: Any) -> Any:
    """The estimator that a pipeline, a search or a stack leaves its decision to, or itself."""
    *_, last = deciders(estimator)
    return last


def deciders(estimator: Any) -> Iterator[Any]:
    """The estimator, the one that it leaves its decision to, and so on."""
    yield estimator
    while (owner := owner_of(estimator, "predict")) in _DELEGATES:
        estimator = _DELEGATES[owner](estimator)
        yield estimator


def owner_of(instance: object, method: str) -> str:
    """The full name of the class that defines a method of the instance; empty if none does."""
    for owner in type(instance).__mro__:
        if method in vars(owner):
            return f"{owner.__module__}.{owner.__qualname__}"
    return ""


def _rule(estimator: object) -> str:
    """The class whose `predict` decides, if the probabilities are scikit-learn's own too."""
    if not owner_of(estimator, "predict_proba").startswith("sklearn."):
        return ""
    return owner_of(estimator, "predict")


def _close_calls(probabilities: NDArray[Any]) -> NDArray[Any]:
    """The rows in which the two highest probabilities are nearly equal, or undefined."""
    import numpy as np

    if probabilities.shape[1] == 1:
        return np.arange(0)
    highest = np.partition(probabilities, -2, axis=1)[:, -2:]
    tolerance = np.finfo(probabilities.dtype).eps ** 0.5
    return np.flatnonzero(~(highest[:, 1] - highest[:, 0] > tolerance))
