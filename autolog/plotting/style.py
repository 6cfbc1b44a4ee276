"""How plots look, said to each artist: the user's settings of matplotlib are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, which the colour-blind can tell apart.
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREY = "#8A8A8A"
INK = "#262626"

SIZE = (6.0, 4.5)
"""Inches."""

RESOLUTION = 150
"""Pixels per inch."""

_FONT = "DejaVu Sans"
_TITLE_SIZE = 11
_LABEL_SIZE = 9
_TICK_SIZE = 8
_GRID_COLOUR = "#E3E3E3"


def label(axes: Axes, *, title: str = "", x: str = "", y: str = "") -> None:
    """Gives axes their title and the names of what they show."""
    font: dict[str, Any] = {"fontfamily": _FONT, "color": INK, "parse_math": False}
    axes.set_title(title, loc="left", fontsize=_TITLE_SIZE, fontweight="bold", pad=10, **font)
    axes.set_xlabel(x, fontsize=_LABEL_SIZE, **font)
    axes.set_ylabel(y, fontsize=_LABEL_SIZE, **font)


def tidy(axes: Axes, *, grid: bool = True) -> None:
    """Quiet lines around the data: two borders, small ticks, and perhaps a grid behind."""
    axes.set_facecolor("white")
    axes.set_axisbelow(True)
    axes.grid(False)
    if grid:
        axes.grid(True, color=_GRID_COLOUR, linewidth=0.8, linestyle="-")
    axes.tick_params(labelsize=_TICK_SIZE, labelfontfamily=_FONT, colors=INK, length=3)
    for name, border in axes.spines.items():
        border.set_visible(name in {"left", "bottom"})
        border.set_color(GREY)


def explain(axes: Axes) -> None:
    """Adds the legend of what was drawn with a label, where it is in nobody's way."""
    axes.legend(
        loc="best",
        frameon=True,
        framealpha=0.9,
        edgecolor="white",
        facecolor="white",
        prop={"family": _FONT, "size": _LABEL_SIZE},
        labelcolor=INK,
    )
