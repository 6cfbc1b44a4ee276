"""The columns of a list of runs: those that are asked for, or those that tell most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from autolog.cli.formatting import distance, duration, moment, number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from autolog.store import RecordedRun

SHORT_ID = 8
"""Digits of a run's id that are shown, which nearly always tell it from all others."""

WIDE = 100
"""The width from which on there is room for everything."""

_GAP = 2

_MOST_METRICS = 4
_TELLING = ("val", "test", "accuracy", "r2", "auc", "f1", "loss", "score")
_GROUPS = ("metrics.", "params.", "tags.")


@dataclass(frozen=True)
class Column:
    """A column of a list of runs.

    Attributes:
        title: What stands above it.
        value: What a run has there.
        numeric: Whether it is aligned to the right.
        shrinks_to: The width that it is cut to where there is little room, if it may be cut.
    """

    title: str
    value: Callable[[RecordedRun], str]
    numeric: bool = False
    shrinks_to: int | None = None

    def width(self, runs: Sequence[RecordedRun]) -> int:
        """The least width that it needs for some runs."""
        cells = [*self.title.splitlines(), *(self.value(run) for run in runs)]
        longest = max(map(len, cells), default=0)
        return longest if self.shrinks_to is None else min(longest, self.shrinks_to)


def _duration(run: RecordedRun) -> str:
    return "" if run.end_time is None else duration(run.end_time - run.start_time)


_ATTRIBUTES = {
    "run_id": Column("run id", lambda run: run.run_id),
    "id": Column("id", lambda run: run.run_id[:SHORT_ID]),
    "parent_run_id": Column("parent", lambda run: run.parent_run_id or ""),
    "name": Column("name", lambda run: run.name, shrinks_to=22),
    "status": Column("status", lambda run: run.status),
    "experiment": Column("experiment", lambda run: run.experiment, shrinks_to=12),
    "started": Column("started", lambda run: distance(run.start_time)),
    "start_time": Column("start time", lambda run: moment(run.start_time)),
    "end_time": Column("end time", lambda run: moment(run.end_time) if run.end_time else ""),
    "duration": Column("took", _duration, numeric=True),
    "children": Column("child\nruns", lambda run: str(run.child_count or ""), numeric=True),
}


def named_columns(names: str) -> list[Column]:
    """The columns of a list such as `id,name,metrics.loss,params.C,tags.team`.

    Raises:
        BadParameter: There is no column of that name.
    """
    return [_named(name.strip()) for name in names.split(",") if name.strip()]


def telling_columns(runs: Sequence[RecordedRun], width: int) -> list[Column]:
    """The columns that tell most about some runs.

    Args:
        runs: The runs to list.
        width: The width of the terminal; as many metrics are shown as fit, but one at least.
    """
    names = ["id", "name", "status", "started", "duration"]
    if width >= WIDE and len({run.experiment for run in runs}) > 1:
        names.insert(2, "experiment")
    if any(run.child_count for run in runs):
        names.append("children")
    columns = [_ATTRIBUTES[name] for name in names]
    left = width + _GAP - sum(column.width(runs) + _GAP for column in columns)
    for name in telling_metrics([run.metrics for run in runs], _MOST_METRICS):
        column = _metric(name)
        left -= column.width(runs) + _GAP
        if left < 0 and len(columns) > len(names):
            break
        columns.append(column)
    return columns


def telling_metrics(metrics: Sequence[Collection[str]], limit: int) -> list[str]:
    """The names of the metrics that tell most about runs which have these.

    First those that together cover as many runs as possible, then the most frequent.

    Args:
        metrics: The names of each run's metrics.
        limit: How many to name at most.
    """
    having: dict[str, set[int]] = {}
    for run, names in enumerate(metrics):
        for name in names:
            having.setdefault(name, set()).add(run)
    uncovered = set(range(len(metrics)))
    chosen: list[str] = []
    while having and len(chosen) < limit:
        best = min(having, key=lambda name: _rank(name, having[name], uncovered))
        uncovered -= having.pop(best)
        chosen.append(best)
    return chosen


def _rank(name: str, runs: set[int], uncovered: set[int]) -> tuple[int, int, int, str]:
    places = [place for place, word in enumerate(_TELLING) if word in name]
    return (-len(runs & uncovered), -len(runs), min(places, default=len(_TELLING)), name)


def _named(name: str) -> Column:
    if name in _ATTRIBUTES:
        return _ATTRIBUTES[name]
    for group in _GROUPS:
        if name.startswith(group) and name != group:
            key = name.removeprefix(group)
            return _metric(key) if group == "metrics." else _text(key, group.rstrip("."))
    raise click.BadParameter(
        f"there is no column {name!r}; there are {', '.join(_ATTRIBUTES)}, metrics.NAME, "
        "params.NAME and tags.NAME.",
        param_hint="--columns",
    )


def _metric(name: str) -> Column:
    def value(run: RecordedRun) -> str:
        return number(run.metrics[name], digits=4) if name in run.metrics else ""

    # The name is far longer than the values, so it is broken where it has underscores.
    return Column(name.replace("_", "_\n"), value, numeric=True)


def _text(name: str, group: str) -> Column:
    def value(run: RecordedRun) -> str:
        texts: Mapping[str, str] = getattr(run, group)
        return texts.get(name, "")

    return Column(name, value)
