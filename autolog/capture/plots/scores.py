"""The plot of scores that were cross-validated for several values of something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify
from autolog.capture.plots.plot import MOST_POINTS, Plot, ScoreCurve
from autolog.capture.quiet import quiet
from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LABEL_LIMIT = 30


def score_plots(
    name: str,
    over: str,
    values: Sequence[Any],
    *,
    train: NDArray[Any],
    test: NDArray[Any],
) -> list[Plot]:
    """One plot, of the values whose scores are all finite; none if there are no such.

    Args:
        name: The name of the plot.
        over: What was varied.
        values: Its values.
        train: A row for each value, with the score of each fold on the samples it was fitted on.
        test: The same on the other samples.
    """
    import numpy as np

    finite = np.flatnonzero(np.isfinite(train).all(axis=1) & np.isfinite(test).all(axis=1))
    shown = finite[spread_rows(len(finite), MOST_POINTS)]
    if not len(shown):
        return []
    points, labels = _on_axis([values[place] for place in shown])
    curve = ScoreCurve(
        over=over,
        points=points,
        labels=labels,
        train=train[shown].mean(axis=1).tolist(),
        train_deviation=train[shown].std(axis=1).tolist(),
        test=test[shown].mean(axis=1).tolist(),
        test_deviation=test[shown].std(axis=1).tolist(),
    )
    return [Plot(name, curve)]


def _on_axis(values: Sequence[Any]) -> tuple[list[float], list[str]]:
    """Where values stand on an axis, and what stands below it where they are no numbers."""
    import numpy as np

    try:
        with quiet():  # of such parts, older versions of NumPy only warn
            numbers = np.asarray(values)
    except ValueError:  # parts of different lengths
        numbers = np.empty(0, dtype=object)
    if numbers.dtype.kind in "fiu" and numbers.ndim == 1 and np.isfinite(numbers).all():
        return numbers.astype(np.float64).tolist(), []
    labels = [stringify(value, _LABEL_LIMIT) for value in values]
    return [float(place) for place in range(len(values))], labels
