"""What weight each feature has in a fitted model: its coefficients, or its importance."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from autolog.capture.kinds import is_instance
from autolog.capture.params import stringify
from autolog.capture.plots.features import FEATURE_PLOTS, feature_plot
from autolog.capture.quiet import quiet
from autolog_sklearn.fitted import (
    ABSENT,
    consists_of_own,
    fitted_attribute,
    is_pipeline,
    layers,
    parts_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from autolog.integration import Run

WEIGHTS = dict(zip(("coef_", "feature_importances_"), FEATURE_PLOTS, strict=True))
"""The names of artifacts by the attribute that they show."""

MOST_VALUES = 100_000
"""Weights that are kept at most: those of the features with the largest ones."""

_MOST_NAMED = 20_000
"""Features beyond which their names are not asked for, which would take long."""

_NAME_LIMIT = 100


class Weights(msgspec.Struct, frozen=True):
    """The weights of features, which nothing changes any more.

    Attributes:
        name: What they are, which is also the name of their artifacts.
        features: The names of the features.
        outputs: The names of the classes or targets; one, empty, where there is only one output.
        table: A row for each output, a column for each feature.
        total: How many features there are, if some are left out.
    """

    name: str
    features: list[str]
    outputs: list[str]
    table: NDArray[Any]
    total: int

    def to_csv(self) -> str:
        """A line for each feature, with a column for each output."""
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        columns = [f"{self.name} {output}" if output else self.name for output in self.outputs]
        lines.writerow(["feature", *columns])
        for feature, weights in zip(self.features, self.table.T.tolist(), strict=True):
            lines.writerow([feature, *weights])
        return text.getvalue()


def log_weights(run: Run, estimator: Any) -> None:
    """Keeps the weights of an estimator, or of the one that it hands its work to, and their plot.

    Without plots there is no table of them either, which may take a millisecond or two.

    Args:
        run: The run of the fit.
        estimator: The fitted estimator.
    """
    if not run.wants_plots:
        return
    with quiet():
        weights = weights_of(estimator)
    if weights is not None:
        run.log_text(f"{weights.name}.csv", weights.to_csv)
        run.log_plots(feature_plot(weights.name, weights.features, weights.table, weights.total))


def weights_of(estimator: Any) -> Weights | None:
    """The weights, a row for each output; `None` where the estimator tells none."""
    passed: list[Any] = []
    for layer in layers(estimator):
        passed.append(layer)
        for attribute, name in WEIGHTS.items():
            values = _table(_read(layer, attribute))
            if values is not None:
                return _named(name, values, passed)
    return None


def _read(estimator: Any, attribute: str) -> Any:
    if not is_instance(estimator, "sklearn.ensemble._forest", "BaseForest"):
        return fitted_attribute(estimator, attribute)
    trees = vars(estimator).get("estimators_")
    if attribute != "feature_importances_" or not trees or not consists_of_own(estimator):
        return ABSENT
    # The forest's own property starts threads for what takes a hundredth of a millisecond a tree.
    found = [one.tree_.compute_feature_importances() for one in trees if one.tree_.node_count > 1]
    if not found:
        return np.zeros(estimator.n_features_in_)
    means = np.mean(found, axis=0, dtype=np.float64)
    return means / means.sum()


def _table(values: Any) -> NDArray[Any] | None:
    """The weights as a table of numbers with a row for each output."""
    if values is ABSENT:
        return None
    if hasattr(values, "toarray") and np.prod(values.shape) <= MOST_VALUES:
        values = values.toarray()
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiu" or not values.size:
        return None
    return np.atleast_2d(values) if values.ndim in {1, 2} else None


def _named(name: str, values: NDArray[Any], passed: list[Any]) -> Weights:
    outputs, total = values.shape
    features = _feature_names(passed, total)
    shown = max(1, MOST_VALUES // outputs)
    if total > shown:
        largest = np.sort(np.argsort(np.abs(values).max(axis=0))[-shown:])
        values, features = values[:, largest], [features[place] for place in largest]
    return Weights(name, features, _output_names(passed[-1], outputs), values.copy(), total)


def _feature_names(passed: list[Any], count: int) -> list[str]:
    """The names of the columns that the innermost estimator was fitted on."""
    names = vars(passed[-1]).get("feature_names_in_")
    if names is None and len(passed) > 1 and is_pipeline(passed[-2]):
        names = _names_after_steps(passed[-2], count)
    if names is None or len(names) != count:
        return [f"x{place}" for place in range(count)]
    return [stringify(name, _NAME_LIMIT) for name in names]


def _names_after_steps(pipeline: Any, count: int) -> Any:
    """What the steps before the last make of the names; nothing where that is the user's code."""
    if count > _MOST_NAMED or any(map(_calls_functions, parts_of(pipeline))):
        return None
    if len(pipeline.steps) == 1 or not consists_of_own(pipeline):
        return None
    try:
        return pipeline[:-1].get_feature_names_out()
    except (AttributeError, ValueError):  # a step does not know
        return None


def _calls_functions(part: Any) -> bool:
    return is_instance(part, "sklearn.preprocessing", "FunctionTransformer")


def _output_names(estimator: Any, count: int) -> list[str]:
    if count == 1:
        return [""]
    classes = vars(estimator).get("classes_")
    if isinstance(classes, np.ndarray) and classes.shape == (count,):
        return [stringify(one, _NAME_LIMIT) for one in classes.tolist()]
    return [str(place) for place in range(count)]
