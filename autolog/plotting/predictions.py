"""Draws what a regressor predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.plotting.style import BLUE, ORANGE, explain, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import PredictedActual, Residuals


def draw_predicted_actual(figure: Figure, data: PredictedActual) -> None:
    """The true values over the predictions, and the line on which both are the same."""
    axes = figure.subplots()
    tidy(axes)
    _scatter(axes, data.predicted, data.actual)
    both = data.predicted + data.actual
    ends = [min(both), max(both)]
    axes.plot(ends, ends, color=ORANGE, linewidth=1.5, linestyle="--", label="Perfect prediction")
    title = f"Actual against predicted values{_sampled(len(data.actual), data.rows)}"
    label(axes, title=title, x="Predicted", y="Actual")
    explain(axes)


def draw_residuals(figure: Figure, data: Residuals) -> None:
    """The residuals over the predictions, and beside them how many there are of each size."""
    points, bins = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    for axes in (points, bins):
        tidy(axes)
        axes.axhline(0, color=ORANGE, linewidth=1.5, linestyle="--")
    _scatter(points, data.predicted, data.residuals)
    heights = [after - before for before, after in zip(data.edges, data.edges[1:], strict=False)]
    bins.barh(data.edges[:-1], data.counts, heights, align="edge", color=BLUE, alpha=0.7)
    bins.tick_params(labelleft=False)
    title = f"Residuals{_sampled(len(data.residuals), data.rows)}"
    label(points, title=title, x="Predicted", y="Actual - predicted")
    label(bins, x="Samples")


def _scatter(axes: Axes, x: list[float], y: list[float]) -> None:
    axes.scatter(x, y, s=14, color=BLUE, alpha=0.45, linewidths=0, marker="o")


def _sampled(shown: int, rows: int) -> str:
    return f" ({shown:,} of {rows:,} rows)" if shown < rows else ""
