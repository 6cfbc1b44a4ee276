"""Draws the weights of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.plotting.style import BLUE, GREY, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import FeatureWeights


def draw_feature_weights(figure: Figure, data: FeatureWeights) -> None:
    """A bar for each feature, the largest weight on top."""
    axes: Axes = figure.subplots()
    tidy(axes)
    places = range(len(data.features))
    axes.barh(places, data.weights, color=BLUE)
    axes.set_yticks(places, data.features, parse_math=False)
    axes.invert_yaxis()
    axes.axvline(0, color=GREY, linewidth=0.8)
    shown = len(data.features)
    title = "Weights of the features"
    if shown < data.total:
        title += f" ({shown} of {data.total:,})"
    label(axes, title=title, x="Weight" if data.outputs == 1 else "Mean absolute weight")
