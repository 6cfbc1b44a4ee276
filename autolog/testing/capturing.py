"""Records what a block trains into memory, with fixed ids and a fixed clock."""

from __future__ import annotations

import itertools
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autolog.config.settings import Configuration
from autolog.config.values import read_sinks
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    TagsSet,
)
from autolog.process import install, set_aside, uninstall
from autolog.registry import discover, vocabulary
from autolog.session import Session
from autolog.sinks.memory import MemorySink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autolog.events import Event, RunError

_EPOCH_NS = 1_700_000_000 * 10**9
_memories = itertools.count()


class Point(NamedTuple):
    """One value of a metric."""

    step: int
    value: float


class CapturedRun:
    """A run as its events tell it.

    Attributes:
        run_id: Its id.
        parent_run_id: The id of the run that it belongs under.
        name: Its name.
        experiment: Its experiment.
        status: How it stands.
        error: The exception that ended it.
        params: Its params.
        metrics: The last value of each metric.
        tags: Its tags, the environment's too.
        artifacts: The paths of its files.
        references: Where those of its files are that were left where they were, by path.
        datasets: The data sets that it used, by context and name.
        models: The models that it has kept, by name.
        children: The runs that belong under it.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.parent_run_id: str | None = None
        self.name = ""
        self.experiment = ""
        self.status = "RUNNING"
        self.error: RunError | None = None
        self.params: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.packages: dict[str, str] = {}
        self.artifacts: list[str] = []
        self.references: dict[str, str] = {}
        self.datasets: dict[tuple[str, str], DatasetUsed] = {}
        self.models: dict[str, ModelStored] = {}
        self.children: list[CapturedRun] = []
        self.dropped = 0
        self._histories: dict[str, list[Point]] = {}

    @property
    def metrics(self) -> dict[str, float]:
        """The last value of each metric: that of the highest step."""
        return {
            key: max(enumerate(points), key=lambda pair: (pair[1].step, pair[0]))[1].value
            for key, points in self._histories.items()
        }

    def metric_history(self, key: str) -> list[Point]:
        """Every value of a metric, in the order in which they were logged."""
        return self._histories.get(key, [])

    def apply(self, event: Event) -> None:
        """Takes one event of the run in."""
        match event:
            case RunStarted():
                self.name, self.experiment = event.name, event.experiment
                self.parent_run_id = event.parent_run_id
            case ParamsLogged():
                self.params.update(event.params)
            case MetricsLogged():
                for key, value in event.metrics.items():
                    self._histories.setdefault(key, []).append(Point(event.step, value))
            case TagsSet():
                self.tags.update(event.tags)
            case EnvironmentCaptured():
                self.tags.update(event.tags)
                self.packages = event.packages
            case Dropped():
                self.dropped += event.count
            case RunEnded():
                self.status, self.error = event.status, event.error
            case _:
                self._keep(event)

    def _keep(self, event: Event) -> None:
        match event:
            case ArtifactStored():
                self.artifacts.append(event.path)
                if event.location is not None:
                    self.references[event.path] = event.location
            case DatasetUsed():
                self.datasets[event.context, event.name] = event
            case ModelStored():
                self.models[event.name] = event

    def __repr__(self) -> str:
        return f"<CapturedRun {self.name!r} {self.status}>"


class CapturedRuns:
    """The runs of a `record()` block; looked up at each use, so that it tells the latest.

    Args:
        session: The session that records.
        sink: Where its events end up.
    """

    def __init__(self, session: Session, sink: str) -> None:
        self.session = session
        self._sink = sink

    @property
    def events(self) -> list[Event]:
        """Every event so far, in order."""
        self.session.flush()
        return list(MemorySink.named(self._sink).events)

    @property
    def all(self) -> list[CapturedRun]:
        """Every run so far, children too, in the order in which they were opened."""
        return runs_of(self.events)

    @property
    def only(self) -> CapturedRun:
        """The one top-level run.

        Raises:
            AssertionError: There are none or several.
        """
        runs = list(self)
        if len(runs) != 1:
            raise AssertionError(f"expected one top-level run, got {runs}")
        return runs[0]

    def __iter__(self) -> Iterator[CapturedRun]:
        return (run for run in self.all if run.parent_run_id is None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: int) -> CapturedRun:
        return list(self)[index]


def runs_of(events: Iterable[Event]) -> list[CapturedRun]:
    """The runs that events tell of, in the order in which they began."""
    runs: dict[str, CapturedRun] = {}
    for event in events:
        runs.setdefault(event.run_id, CapturedRun(event.run_id)).apply(event)
    for run in runs.values():
        if run.parent_run_id in runs:
            runs[run.parent_run_id].children.append(run)
    return list(runs.values())


@contextmanager
def record(*, strict: bool = True, **options: Any) -> Iterator[CapturedRuns]:
    """Records everything that is trained in a block into memory.

    Ids count up from 0, and the clock goes on by one second at each reading. A session that was
    there before rests meanwhile, and goes on afterwards.

    Args:
        strict: Whether failures of autolog's own are raised, as tests want it.
        **options: As for `autolog()`; `log_environment` is off unless it is named, and what `sink`
            names gets the runs besides.

    Example:
        >>> with record() as runs:
        ...     LogisticRegression().fit(X, y)
        >>> runs.only.params["C"]
        '1.0'
    """
    available = discover()
    memory = f"memory:recorded-{next(_memories)}"
    sinks = (memory, *read_sinks(options.pop("sink"))) if "sink" in options else (memory,)
    given = {"log_environment": False, "silent": True, "sink": sinks, **options}
    arguments = vocabulary(available).read(given, "record()")
    was_strict = os.environ.get("AUTOLOG_STRICT")
    os.environ["AUTOLOG_STRICT"] = "1" if strict else "0"
    with set_aside(), tempfile.TemporaryDirectory(prefix="autolog-") as directory:
        session = Session(Path(directory), Configuration(arguments=arguments), available)
        seconds, ids = itertools.count(), itertools.count()
        session.channel.clock = lambda: _EPOCH_NS + next(seconds) * 10**9
        session.channel.new_run_id = lambda: f"{next(ids):032x}"
        install(session, arguments)
        try:
            session.record()
            yield CapturedRuns(session, memory)
        finally:
            last = uninstall()
            session.close()
            if last is not None and last is not session:
                last.close()  # another one, if the sink was exchanged meanwhile
            if was_strict is None:
                del os.environ["AUTOLOG_STRICT"]
            else:
                os.environ["AUTOLOG_STRICT"] = was_strict
