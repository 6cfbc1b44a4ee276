"""What can be made of the metrics in a batch before the server is asked anything."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from autolog.events import MetricsLogged
from autolog.sinks.base import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autolog.events import Event
    from autolog.sinks.sql.copying import Step

LARGEST_STEP = 2**63 - 1
_metrics = itemgetter(2)
_when = itemgetter(0, 1)


Point = tuple[int, int, float]
"""A step, its milliseconds, a value."""


class Steps(msgspec.Struct, frozen=True):
    """The steps of one run.

    Attributes:
        steps: The steps, in the order in which they were logged; none is without a metric.
        counts: How many points each metric has.
        last: The last point of each metric; the very last one comes last.
    """

    steps: list[Step]
    counts: Mapping[str, int]
    last: Mapping[str, Point]


class Collected(msgspec.Struct, frozen=True):
    """The events of a batch, sorted by whether they are metrics.

    Attributes:
        steps: The steps of each run, by the run's id.
        notable: All other events, and the first of those for each run, in their order.
        too_large: A step that no column can hold, if there is one.
    """

    steps: dict[str, Steps]
    notable: list[Event]
    too_large: int | None


class CollectedBatch(Batch, frozen=True):
    """A batch, and what was made of it while the server was busy with the one before."""

    collected: Collected


def collect(events: Iterable[Event]) -> Collected:
    """Sorts the events of a batch."""
    of_runs: dict[str, list[Step]] = {}
    notable: list[Event] = []
    too_large = None
    for event in events:
        if not isinstance(event, MetricsLogged):
            notable.append(event)
            continue
        steps = of_runs.get(event.run_id)
        if steps is None:
            steps = of_runs[event.run_id] = []
            notable.append(event)
        step, metrics = event.step, event.metrics
        if not -LARGEST_STEP <= step <= LARGEST_STEP:
            too_large = step
        if metrics:
            steps.append((step, event.time_ns // 1_000_000, metrics))
    counted = {
        run_id: _counted(steps, Counter(chain.from_iterable(map(_metrics, steps))))
        for run_id, steps in of_runs.items()
    }
    return Collected(counted, notable, too_large)


def _counted(steps: list[Step], counts: Mapping[str, int]) -> Steps:
    last: dict[str, Point] = {}
    in_time = sorted(steps, key=_when)
    for step, time_ms, metrics in reversed(in_time):  # of those at once, the latest
        for name, value in reversed(metrics.items()):
            if name not in last:
                last[name] = step, time_ms, value
        if len(last) == len(counts):
            break
    return Steps(steps, counts, dict(reversed(last.items())))
