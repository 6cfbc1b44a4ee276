"""Draws cross-validated scores over what was varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.plotting.style import BLUE, ORANGE, explain, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import ScoreCurve

_DECADES = 100
"""How many times the lowest value the highest is, where a logarithmic axis shows more."""


def draw_score_curve(figure: Figure, data: ScoreCurve) -> None:
    """Two curves, each in a band of one standard deviation to either side."""
    axes = figure.subplots()
    tidy(axes)
    train, test = (data.train, data.train_deviation), (data.test, data.test_deviation)
    _draw(axes, data.points, *train, colour=ORANGE, name="Training samples")
    _draw(axes, data.points, *test, colour=BLUE, name="Other samples")
    if data.labels:
        axes.set_xticks(data.points, data.labels, rotation=30, ha="right", parse_math=False)
    elif min(data.points) > 0 and max(data.points) >= _DECADES * min(data.points):
        axes.set_xscale("log")
        axes.minorticks_off()
    label(axes, title=f"Score over {data.over}", x=data.over, y="Score")
    explain(axes)


def _draw(
    axes: Axes,
    points: list[float],
    means: list[float],
    deviations: list[float],
    *,
    colour: str,
    name: str,
) -> None:
    both = list(zip(means, deviations, strict=True))
    low, high = [mean - apart for mean, apart in both], [mean + apart for mean, apart in both]
    axes.fill_between(points, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(points, means, color=colour, linewidth=2, marker="o", markersize=4, label=name)
