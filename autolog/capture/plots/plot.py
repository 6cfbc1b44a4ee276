"""A plot as data, before anybody draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1
"""The version of the format; a reader refuses data of a later one."""

MOST_CLASSES = 50
"""Classes that a confusion matrix may have: more could not be read, and would not be small."""

MOST_POINTS = 350
"""Points that a curve or a cloud may have: with all digits of all numbers still less than 20 KB."""

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Shares = Annotated[list[_Share], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]
_Values = Annotated[list[float], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]
_Count = Annotated[float, msgspec.Meta(ge=0)]
_PerClass = msgspec.Meta(min_length=1, max_length=MOST_CLASSES)


class PlotData(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What a plot shows.

    Attributes:
        version: The version of the format.
    """

    version: int = VERSION


class ConfusionMatrix(PlotData, frozen=True, tag="confusion_matrix"):
    """How often each class was taken for each.

    Attributes:
        classes: The classes by name.
        counts: One row per true class, one column per predicted: samples, or their weight.
    """

    classes: Annotated[list[str], _PerClass]
    counts: Annotated[list[Annotated[list[_Count], _PerClass]], _PerClass]

    def __post_init__(self) -> None:
        _require_lengths(len(self.classes), self.counts, *self.counts)


class RocCurve(PlotData, frozen=True, tag="roc_curve"):
    """Hits against false alarms, for every threshold of the score.

    Attributes:
        positive_class: The class that is looked for.
        false_positive_rate: Ascending from 0 to 1.
        true_positive_rate: The same for the other axis, point by point.
        area: The area under the whole curve.
    """

    positive_class: str
    false_positive_rate: _Shares
    true_positive_rate: _Shares
    area: _Share

    def __post_init__(self) -> None:
        _require_lengths(len(self.false_positive_rate), self.true_positive_rate)


class PrecisionRecallCurve(PlotData, frozen=True, tag="precision_recall_curve"):
    """Precision against recall, for every threshold of the score.

    Attributes:
        positive_class: The class that is looked for.
        recall: Ascending from 0 to 1.
        precision: The same for the other axis, point by point.
        average_precision: The mean of the precisions, weighted by the gain in recall.
        prevalence: The share of the class among the samples: the precision of a blind guess.
    """

    positive_class: str
    recall: _Shares
    precision: _Shares
    average_precision: _Share
    prevalence: _Share

    def __post_init__(self) -> None:
        _require_lengths(len(self.recall), self.precision)


class PredictedActual(PlotData, frozen=True, tag="predicted_actual"):
    """What was predicted, and what it should have been.

    Attributes:
        predicted: Predictions of some rows, evenly spread over all.
        actual: The true values of the same rows.
        rows: The number of all rows.
    """

    predicted: _Values
    actual: _Values
    rows: int

    def __post_init__(self) -> None:
        _require_lengths(len(self.predicted), self.actual)


class Residuals(PlotData, frozen=True, tag="residuals"):
    """How far predictions are from the truth.

    Attributes:
        predicted: Predictions of some rows, evenly spread over all.
        residuals: The true values of the same rows less the predictions.
        edges: The borders of the bins of all residuals, ascending.
        counts: The samples in each bin, or their weight.
        rows: The number of all rows.
    """

    predicted: _Values
    residuals: _Values
    edges: _Values
    counts: Annotated[list[_Count], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]
    rows: int

    def __post_init__(self) -> None:
        _require_lengths(len(self.predicted), self.residuals)
        _require_lengths(len(self.counts) + 1, self.edges)


class FeatureWeights(PlotData, frozen=True, tag="feature_weights"):
    """How much some features count in a model.

    Attributes:
        features: Their names, that with the largest weight first.
        weights: The weight of each: a coefficient, or an importance.
        outputs: How many outputs the weights are the mean of, without their signs; 1 for one.
        total: The number of all features.
    """

    features: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]
    weights: _Values
    outputs: int
    total: int

    def __post_init__(self) -> None:
        _require_lengths(len(self.features), self.weights)


class ScoreCurve(PlotData, frozen=True, tag="score_curve"):
    """Cross-validated scores over what is varied: the number of samples, or a param.

    Attributes:
        over: What is varied.
        points: Its values; their places, from 0, where they are no numbers.
        labels: The values as text, where they are no numbers; none where they are.
        train: The mean score of each value over all folds, on the samples that were fitted on.
        train_deviation: The standard deviation of these scores.
        test: The same on the other samples.
        test_deviation: The same on the other samples.
    """

    over: str
    points: _Values
    labels: Annotated[list[str], msgspec.Meta(max_length=MOST_POINTS)]
    train: _Values
    train_deviation: _Values
    test: _Values
    test_deviation: _Values

    def __post_init__(self) -> None:
        scores = (self.train, self.train_deviation, self.test, self.test_deviation)
        _require_lengths(len(self.points), *scores)
        if self.labels:
            _require_lengths(len(self.points), self.labels)


class ResidualQuantiles(PlotData, frozen=True, tag="residual_quantiles"):
    """How far residuals are from a normal distribution.

    Attributes:
        normal: Quantiles of the standard normal distribution, ascending.
        residuals: The same quantiles of the residuals, which are scaled to a variance of 1.
        rows: The number of all residuals.
    """

    normal: _Values
    residuals: _Values
    rows: int

    def __post_init__(self) -> None:
        _require_lengths(len(self.normal), self.residuals)


class Autocorrelation(PlotData, frozen=True, tag="autocorrelation"):
    """How much a residual tells of those after it.

    Attributes:
        correlations: The correlation with the residual of one step before, of two, and so on.
        bound: Where correlations of pure noise are in 95 of 100 cases, to either side of 0.
        rows: The number of residuals.
    """

    correlations: _Values
    bound: _Count
    rows: int


AnyPlotData = (
    ConfusionMatrix
    | RocCurve
    | PrecisionRecallCurve
    | PredictedActual
    | Residuals
    | FeatureWeights
    | ScoreCurve
    | ResidualQuantiles
    | Autocorrelation
)


class Plot(msgspec.Struct, frozen=True):
    """A plot that can be drawn at any time.

    Attributes:
        name: The name of the drawing among the run's artifacts, without its ending.
        data: What it shows.
        data_name: The name of the file of its data, without its ending; by default the same.
    """

    name: str
    data: AnyPlotData
    data_name: str = ""

    def to_json(self) -> bytes:
        """The data as JSON: less than 20 KB, and all that is needed to draw the plot."""
        return msgspec.json.encode(self.data)


def _require_lengths(length: int, *lists: Sequence[object]) -> None:
    if any(len(one) != length for one in lists):
        raise ValueError("lists that belong together differ in length")
