"""A plot's data become a picture."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from autolog.capture.plots.plot import (
    Autocorrelation,
    ConfusionMatrix,
    FeatureWeights,
    PrecisionRecallCurve,
    PredictedActual,
    ResidualQuantiles,
    Residuals,
    RocCurve,
    ScoreCurve,
)
from autolog.capture.quiet import quiet
from autolog.errors import PlottingUnavailable
from autolog.plotting.confusion import draw_confusion_matrix
from autolog.plotting.curves import draw_precision_recall_curve, draw_roc_curve
from autolog.plotting.features import draw_feature_weights
from autolog.plotting.predictions import draw_predicted_actual, draw_residuals
from autolog.plotting.reading import read_plot_data
from autolog.plotting.residuals import draw_autocorrelation, draw_residual_quantiles
from autolog.plotting.scores import draw_score_curve
from autolog.plotting.style import RESOLUTION, SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_DRAWN_BY: Mapping[type, Callable[..., None]] = {
    Autocorrelation: draw_autocorrelation,
    ConfusionMatrix: draw_confusion_matrix,
    FeatureWeights: draw_feature_weights,
    PrecisionRecallCurve: draw_precision_recall_curve,
    PredictedActual: draw_predicted_actual,
    ResidualQuantiles: draw_residual_quantiles,
    Residuals: draw_residuals,
    RocCurve: draw_roc_curve,
    ScoreCurve: draw_score_curve,
}


def draw(data: bytes | Path, target: Path) -> None:
    """Draws a plot as a PNG, the same to the byte for the same data.

    matplotlib's state (`pyplot`, its settings, its backend) is neither used nor changed.

    Args:
        data: What the plot shows, as JSON, or the file that holds it.
        target: Where to put the picture, which appears there in one piece.

    Raises:
        PlotDamaged: The data cannot be read.
        PlottingUnavailable: matplotlib is not installed.
        OSError: The picture cannot be written.
    """
    what = read_plot_data(data)
    # A font that lacks a character of a class's name is no concern of whoever looks.
    with quiet():
        figure = _new_figure()
        _DRAWN_BY[type(what)](figure, what)
        unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
        try:
            # Without the version of matplotlib, which it would write into the file.
            figure.savefig(
                unfinished,
                format="png",
                dpi=RESOLUTION,
                facecolor="white",
                metadata={"Software": None},
            )
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _new_figure() -> Any:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlottingUnavailable(
            "plots are drawn by matplotlib, which is not installed; "
            "install it by `pip install autolog-ml[plots]`."
        ) from error
    figure = Figure(figsize=SIZE, dpi=RESOLUTION, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    return figure
