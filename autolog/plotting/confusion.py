"""Draws a confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.plotting.style import INK, label, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autolog.capture.plots.plot import ConfusionMatrix

_MOST_WITH_COUNTS = 8
_MOST_WITH_SHARES = 20
_LARGEST_FONT = 9.0
_FONT_OF_ALL = 100.0
_SMALLEST_FONT = 4.5
_LONGEST_LINE = 45  # characters that fit beside each other below the matrix
_DARK = 0.5


def draw_confusion_matrix(figure: Figure, data: ConfusionMatrix) -> None:
    """Each row in shares of its true class, with the counts where there is room for them."""
    axes = figure.subplots()
    shares = [_shares(row) for row in data.counts]
    image = axes.imshow(
        shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest", origin="upper"
    )
    tidy(axes, grid=False)
    axes.tick_params(length=0)
    label(axes, title="Confusion matrix", x="Predicted class", y="True class")
    _name_classes(axes, data.classes)
    if len(data.classes) <= _MOST_WITH_SHARES:
        _write_cells(axes, shares, data.counts)
    bar = figure.colorbar(image, ax=axes)
    bar.outline.set_visible(False)
    tidy(bar.ax, grid=False)
    label(bar.ax, y="Share of the true class")


def _shares(row: list[float]) -> list[float]:
    total = sum(row)
    return [count / total if total else 0.0 for count in row]


def _font_size(classes: int) -> float:
    return max(_SMALLEST_FONT, min(_LARGEST_FONT, _FONT_OF_ALL / classes))


def _name_classes(axes: Axes, classes: list[str]) -> None:
    places = range(len(classes))
    size = _font_size(len(classes))
    needs_room = max(map(len, classes)) * len(classes) > _LONGEST_LINE
    turned: dict[str, Any] = {}
    if needs_room and len(classes) > _MOST_WITH_COUNTS:
        turned = {"rotation": 90}
    elif needs_room:
        turned = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(places, classes, fontsize=size, parse_math=False, **turned)
    axes.set_yticks(places, classes, fontsize=size, parse_math=False)


def _write_cells(axes: Axes, shares: list[list[float]], counts: list[list[float]]) -> None:
    size = _font_size(len(shares))
    has_counts = len(shares) <= _MOST_WITH_COUNTS
    for row, columns in enumerate(shares):
        for column, share in enumerate(columns):
            text = f"{share:.2f}"
            if has_counts:
                text += f"\n{counts[row][column]:,.10g}"
            colour = "white" if share > _DARK else INK
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)
