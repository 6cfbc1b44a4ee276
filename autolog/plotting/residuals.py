"""Draws whether residuals are what they should be: normal, and independent of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.plotting.style import BLUE, GREY, ORANGE, explain, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import Autocorrelation, ResidualQuantiles


def draw_residual_quantiles(figure: Figure, data: ResidualQuantiles) -> None:
    """The quantiles of the residuals over those of a normal distribution."""
    axes: Axes = figure.subplots()
    tidy(axes)
    axes.scatter(data.normal, data.residuals, s=14, color=BLUE, alpha=0.6, linewidths=0, marker="o")
    ends = [data.normal[0], data.normal[-1]]
    axes.plot(ends, ends, color=ORANGE, linewidth=1.5, linestyle="--", label="Normal")
    label(
        axes,
        title=f"Quantiles of the residuals ({data.rows:,} rows)",
        x="Quantile of the normal distribution",
        y="Standardised residual",
    )
    explain(axes)


def draw_autocorrelation(figure: Figure, data: Autocorrelation) -> None:
    """A line for each lag, and the band of pure noise."""
    axes: Axes = figure.subplots()
    tidy(axes)
    lags = list(range(1, len(data.correlations) + 1))
    axes.axhspan(-data.bound, data.bound, color=GREY, alpha=0.2, linewidth=0, label="Noise (95 %)")
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.vlines(lags, 0, data.correlations, color=BLUE, linewidth=2)
    axes.plot(lags, data.correlations, color=BLUE, linewidth=0, marker="o", markersize=4)
    label(
        axes,
        title=f"Autocorrelation of the residuals ({data.rows:,} rows)",
        x="Lag",
        y="Correlation",
    )
    explain(axes)
