"""Charts of the results: bars for contenders, curves for growth, with limits and goals drawn in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import amount, bare_of, by_subject, goal_in_all
from benchmarks.result import BY
from benchmarks.results_file import results_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from benchmarks.result import Result

_COLORS = {"bare": "#bbbbbb", "autolog": "#1565c0", "peer": "#ef9a4a", "limit": "#2e7d32"}
_NAMES = {
    "bare": "nothing recorded",
    "limit": "limit",
    "autolog": "autolog",
    "peer": "another tracker",
}
_GOAL_COLOR = "#c62828"
_WIDTH = 8.0
_HEIGHT_OF_BAR = 0.24
_HEIGHT_AROUND = 0.62
_HEIGHT_OF_TITLE = 0.7
_HEIGHT_OF_CURVES = 2.5
_COLUMNS_OF_CURVES = 2
_SMALL = 8
_COLORS_OF_PNG = 64
_ACROSS = 30.0
"""Values that are further apart than so many times need a logarithmic axis."""


def draw(document: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draws the charts of each question, as SVG and as PNG.

    Args:
        document: What the results file holds.
        folder: Where to draw; it is made.

    Returns:
        The files.
    """
    import matplotlib as mpl

    mpl.use("agg")
    mpl.rcParams["svg.hashsalt"] = "autolog"  # the same results make the same file
    mpl.rcParams["svg.fonttype"] = "none"  # text as text is small
    mpl.rcParams["font.sans-serif"] = ["DejaVu Sans"]  # each text names all of them
    folder.mkdir(parents=True, exist_ok=True)
    return [
        file
        for answer in document["answers"]
        for file in _chart(answer["title"], results_of(answer), folder / answer["question"])
    ]


def _chart(title: str, results: Sequence[Result], path: Path) -> Iterator[Path]:
    shown = [result for result in results if result.median is not None]
    curves = _by_growth(result for result in shown if result.growth)
    bars = by_subject(result for result in shown if not result.growth)
    if not shown:
        return
    figure = _figure_of_curves(curves) if curves else _figure_of_bars(bars)
    figure.suptitle(title)
    yield from _saved(figure, path)


def _by_growth(results: Iterable[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.growth, []).append(result)
    return found


def _figure_of_bars(subjects: Mapping[str, Sequence[Result]]) -> Figure:
    from matplotlib import pyplot as plt

    heights = [_HEIGHT_AROUND + _HEIGHT_OF_BAR * len(one) for one in subjects.values()]
    figure, grid = plt.subplots(
        len(heights),
        1,
        figsize=(_WIDTH, sum(heights) + _HEIGHT_OF_TITLE),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for axes, (subject, contenders) in zip(grid[:, 0], subjects.items(), strict=True):
        _bars(axes, subject, contenders)
    _legend(figure, [result for contenders in subjects.values() for result in contenders])
    return figure


def _bars(axes: Axes, subject: str, contenders: Sequence[Result]) -> None:
    """One bar for each contender with its quartiles; limits go through all of them."""
    values = [result.median or 0.0 for result in contenders]
    ends = [max(result.median or 0.0, result.high or 0.0) for result in contenders]
    colors = [_COLORS[result.role] for result in contenders]
    axes.barh(range(len(contenders)), values, color=colors)
    axes.set_yticks(range(len(contenders)), [result.contender for result in contenders])
    for place, (result, end) in enumerate(zip(contenders, ends, strict=True)):
        if result.low is not None and result.count > 1:
            axes.plot([result.low, end], [place, place], color="black", linewidth=1)
        axes.annotate(
            amount(result.median),
            (end, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=_SMALL,
        )
        if result.role == "limit":
            axes.axvline(values[place], color=_COLORS["limit"], linestyle="--", linewidth=1)
        goal = goal_in_all(result, bare_of(contenders))
        if goal is not None:
            around = [place - 0.45, place + 0.45]
            axes.plot([goal, goal], around, color=_GOAL_COLOR, linewidth=2)
    positive = [value for value in values if value > 0]
    is_wide = len(positive) == len(values) and max(positive) > _ACROSS * min(positive)
    if is_wide:
        axes.set_xscale("log")
        axes.minorticks_off()
    axes.margins(x=0.1)
    axes.invert_yaxis()
    unit = f"{contenders[0].unit}{', logarithmic' if is_wide else ''}"
    axes.set_title(f"{subject} ({unit})", fontsize=9, loc="left")
    axes.tick_params(labelsize=_SMALL)
    axes.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure, results: Sequence[Result], names: Mapping[str, str] = _NAMES) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    roles = {result.role for result in results}
    entries: list[Any] = [
        Patch(color=_COLORS[role], label=name) for role, name in names.items() if role in roles
    ]
    if any(result.goal is not None for result in results):
        entries.append(Line2D([], [], color=_GOAL_COLOR, linewidth=2, label="goal"))
    if any(result.count > 1 for result in results):
        entries.append(Line2D([], [], color="black", linewidth=1, label="quartiles"))
    figure.legend(handles=entries, loc="outside lower center", ncols=len(entries), fontsize=_SMALL)


def _figure_of_curves(growths: Mapping[str, Sequence[Result]]) -> Figure:
    from matplotlib import pyplot as plt

    rows = -(-len(growths) // _COLUMNS_OF_CURVES)
    figure, grid = plt.subplots(
        rows,
        _COLUMNS_OF_CURVES,
        figsize=(_WIDTH, _HEIGHT_OF_CURVES * rows + _HEIGHT_OF_TITLE),
        layout="constrained",
        squeeze=False,
    )
    places = list(grid.flat)
    for axes, (name, results) in zip(places, growths.items(), strict=False):
        _curves(axes, name, results)
    for axes in places[len(growths) :]:
        axes.set_visible(False)
    shown = [result for results in growths.values() for result in results]
    _legend(figure, shown, {result.role: result.contender for result in shown})
    return figure


def _curves(axes: Axes, name: str, results: Sequence[Result]) -> None:
    """One line for each contender, on logarithmic axes."""
    for contender in dict.fromkeys(result.contender for result in results):
        points = [result for result in results if result.contender == contender]
        at = [point.at or 0.0 for point in points]
        color = _COLORS[points[0].role]
        axes.plot(at, [point.median or 0.0 for point in points], marker="o", color=color)
        axes.fill_between(
            at,
            [point.low or 0.0 for point in points],
            [point.high or 0.0 for point in points],
            color=color,
            alpha=0.2,
        )
        for point in points:
            if point.goal is not None:
                around = [(point.at or 0.0) / 2, (point.at or 0.0) * 2]
                axes.plot(around, [point.goal, point.goal], color=_GOAL_COLOR, linewidth=2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.minorticks_off()
    what, _, by = name.partition(BY)
    axes.set_title(f"{what} ({results[0].unit})", fontsize=9, loc="left")
    axes.set_xlabel(by, fontsize=_SMALL)
    axes.tick_params(labelsize=_SMALL)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def _saved(figure: Figure, path: Path) -> Iterator[Path]:
    from matplotlib import pyplot as plt

    for suffix in (".svg", ".png"):
        file = path.with_suffix(suffix)
        # no date: the same results make the same file
        options: dict[str, Any] = {"metadata": {"Date": None}} if suffix == ".svg" else {"dpi": 60}
        figure.savefig(file, **options)
        if suffix == ".svg":
            file.write_text(_shortened(file.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            _reduce_colors(file)
        yield file
    plt.close(figure)


def _shortened(svg: str) -> str:
    """The same picture without comments and indentation, a third of the file."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL))


def _reduce_colors(png: Path) -> None:
    """A third of the file, and nothing that can be seen."""
    from PIL import Image

    with Image.open(png) as image:
        few = image.convert("RGB").quantize(_COLORS_OF_PNG)
    few.save(png, optimize=True)
