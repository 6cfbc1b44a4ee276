"""A run that is to be copied, as the events that would have told of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from autolog.events import MetricsLogged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autolog.events import Event

NS_PER_MS = 1_000_000


class Step(NamedTuple):
    """Metrics of one moment.

    Attributes:
        event: The metrics.
        token: Tells where the points are that come afterwards; plain data, as JSON has them.
    """

    event: MetricsLogged
    token: Any


class SourceRun(msgspec.Struct, frozen=True):
    """A run that is to be copied. The numbers of its events within the run are still to be given.

    Attributes:
        run_id: Its 32 hexadecimal digits.
        beginning: What comes before its metrics.
        ending: What comes after them.
        points_after: Gives its metrics behind a token, from the first on for None, always in the
            same order.
        points_version: What changes wherever metrics are added; None where only asking for them
            can tell.
    """

    run_id: str
    beginning: tuple[Event, ...]
    ending: tuple[Event, ...]
    points_after: Callable[[Any], Iterator[Step]]
    points_version: str | None = None

    @property
    def facts(self) -> str:
        """What tells the events beside the metrics from others, in 64 hexadecimal digits."""
        from hashlib import sha256

        told = (self.beginning, self.ending, self.points_version)
        return sha256(msgspec.json.encode(told)).hexdigest()

    def has_points_after(self, token: Any) -> bool:
        """Whether there are metrics behind a token, where the other facts are as they were."""
        return self.points_version is None and any(self.points_after(token))


class Point(NamedTuple):
    """One value of a metric.

    Attributes:
        key: The metric's name.
        step: Its step.
        value: The value.
        time_ms: When it was logged, in milliseconds since the epoch.
        token: Tells where the points are that come afterwards.
    """

    key: str
    step: int
    value: float
    time_ms: int
    token: Any


def as_steps(run_id: str, points: Iterable[Point]) -> Iterator[Step]:
    """Puts metrics together that follow each other and belong to one moment of one step.

    Args:
        run_id: Their run.
        points: The points, in order.
    """
    for (step, time_ms), together in groupby(points, key=lambda one: (one.step, one.time_ms)):
        values: dict[str, float] = {}
        token = None
        for point in together:
            if point.key in values:
                yield _step(run_id, step, time_ms, values, token)
                values = {}
            values[point.key], token = point.value, point.token
        yield _step(run_id, step, time_ms, values, token)


def _step(run_id: str, step: int, time_ms: int, values: dict[str, float], token: Any) -> Step:
    return Step(MetricsLogged(run_id, 0, time_ms * NS_PER_MS, step, values), token)
