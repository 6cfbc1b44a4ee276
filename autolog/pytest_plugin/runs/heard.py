"""What was recorded while a test ran: the last value of each metric, and the events if wanted."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from autolog.events import MetricsLogged, RunStarted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.events import Event


class Heard:
    """Listens to the events of a process during one test.

    Args:
        keeps_events: Whether the events themselves are wanted, and not only what they come to.

    Attributes:
        events: The events, as far as they are wanted.
    """

    def __init__(self, *, keeps_events: bool = False) -> None:
        self.keeps_events = keeps_events
        self.events: list[Event] = []
        self._parents: dict[str, str | None] = {}
        self._values: dict[str, dict[str, tuple[int, int, float]]] = {}
        self._order = itertools.count()

    def hear(self, event: Event) -> None:
        """Takes an event in; called amid trainings."""
        if self.keeps_events:
            self.events.append(event)
        if type(event) is MetricsLogged:
            values = self._values.setdefault(event.run_id, {})
            step = event.step
            for name, value in event.metrics.items():
                known = values.get(name)
                if known is None or step >= known[0]:
                    values[name] = (step, next(self._order), value)
        elif type(event) is RunStarted:
            self._parents[event.run_id] = event.parent_run_id

    def metrics(self, run_id: str) -> dict[str, float]:
        """The last values of a run's metrics: those of the highest step.

        What the run has not itself is that of the runs below it, of several the latest.

        Args:
            run_id: The run's id.
        """
        below = sorted(
            (order, name, value)
            for one in list(self.runs(run_id))[1:]
            for name, (_, order, value) in list(self._values.get(one, {}).items())
        )
        own = list(self._values.get(run_id, {}).items())
        return {
            **{name: value for _, name, value in below},
            **{name: value for name, (_, _, value) in own},
        }

    def runs(self, run_id: str) -> Iterator[str]:
        """The ids of a run and of all runs below it, in the order in which they began."""
        tree = {run_id}
        yield run_id
        for one, parent in list(self._parents.items()):
            if parent in tree and one not in tree:
                tree.add(one)
                yield one
