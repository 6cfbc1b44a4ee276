"""autolog's store: the SQLite file that is the sink by default."""

from __future__ import annotations

from pathlib import Path

import autolog
from autolog.events import (
    Event,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.registry import open_sink
from benchmarks.stores import EXPERIMENT, NARROW, SHOWN, WIDE, facts_of

_RUNS_AT_ONCE = 2_000


class AutologRuns:
    """Runs that came as a consumer gives them to the sink."""

    def fill(self, first: int, end: int) -> None:
        sink = open_sink("sqlite:", Path.cwd())
        for begin in range(first, end, _RUNS_AT_ONCE):
            numbers = range(begin, min(end, begin + _RUNS_AT_ONCE))
            events = tuple(event for number in numbers for event in _events(number))
            sink.write(Batch(f"journal-{begin}", events, tuple(range(len(events))), len(events)))
        sink.close()

    def newest(self) -> int:
        return len(autolog.search_runs(limit=SHOWN, output="list"))

    def wide(self) -> int:
        return len(autolog.search_runs(WIDE, limit=SHOWN, output="list"))

    def narrow(self) -> int:
        return len(autolog.search_runs(NARROW, limit=SHOWN, output="list"))

    def best(self) -> int:
        best_first = ["metrics.score DESC"]
        return len(autolog.search_runs(order_by=best_first, limit=SHOWN, output="list"))

    def show(self) -> int:
        return len(autolog.get_run("last").metrics)


def _events(number: int) -> list[Event]:
    run, at, params, metrics, tags = facts_of(number)
    return [
        RunStarted(run, 0, at, EXPERIMENT, EXPERIMENT),
        ParamsLogged(run, 1, at + 1, params),
        MetricsLogged(run, 2, at + 2, 0, metrics),
        TagsSet(run, 3, at + 3, tags),
        RunEnded(run, 4, at + 4, Status.FINISHED),
    ]
