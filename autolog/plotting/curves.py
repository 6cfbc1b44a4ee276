"""Draws the curves of a classifier of two classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.plotting.style import BLUE, GREY, explain, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import PrecisionRecallCurve, RocCurve


def draw_roc_curve(figure: Figure, data: RocCurve) -> None:
    """The curve, and the diagonal of a blind guess."""
    axes = _unit_square(figure)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1.2, linestyle="--", label="Chance")
    axes.plot(
        data.false_positive_rate,
        data.true_positive_rate,
        color=BLUE,
        linewidth=2,
        linestyle="-",
        label=f"AUC = {data.area:.3f}",
    )
    label(
        axes,
        title=f"ROC curve of class {data.positive_class}",
        x="False positive rate",
        y="True positive rate",
    )
    explain(axes)


def draw_precision_recall_curve(figure: Figure, data: PrecisionRecallCurve) -> None:
    """The curve, and the precision of a blind guess."""
    axes = _unit_square(figure)
    axes.plot(
        [0, 1],
        [data.prevalence, data.prevalence],
        color=GREY,
        linewidth=1.2,
        linestyle="--",
        label=f"Chance = {data.prevalence:.3f}",
    )
    axes.plot(
        data.recall,
        data.precision,
        color=BLUE,
        linewidth=2,
        linestyle="-",
        label=f"Average precision = {data.average_precision:.3f}",
    )
    label(
        axes,
        title=f"Precision-recall curve of class {data.positive_class}",
        x="Recall",
        y="Precision",
    )
    explain(axes)


def _unit_square(figure: Figure) -> Axes:
    axes = figure.subplots()
    tidy(axes)
    axes.set_aspect("equal")
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    return axes
