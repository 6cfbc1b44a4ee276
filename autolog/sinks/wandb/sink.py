"""The sink that tells W&B's client of runs; it works in a process of its own."""

from __future__ import annotations

import os
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import wandb

from autolog.errors import RecordRejected, SinkUnavailable
from autolog.events import (
    ArtifactStored,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    RunEnded,
    RunStarted,
)
from autolog.sinks.plots import drawn, undrawn
from autolog.sinks.png_files import SUFFIX, read_png
from autolog.sinks.run_files import file_of, is_of_model
from autolog.sinks.wandb.facts import config, labels, of_end, requirements
from autolog.sinks.wandb.identity import Identities
from autolog.sinks.wandb.location import Location
from autolog.sinks.wandb.models import model_artifact
from autolog.sinks.wandb.open_run import AXIS, OpenRun, RunNotBegun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.events import Event
    from autolog.sinks.base import Batch

_OF_THE_USERS_RUN = ("WANDB_SERVICE", "WANDB_RUN_ID", "WANDB_SWEEP_ID", "WANDB_SWEEP_PARAM_PATH")
"""Variables with which the user's own use of W&B, in the training, would get hold of ours."""

_REQUIREMENTS = "requirements.txt"
_LARGEST_STEP = 2**63 - 1
_MOST_AT_ONCE = 16
_MOST_ENDED = 8
"""Runs that have ended and are kept open, as metrics of their predictions come after the fit."""


def open_here(entity: str | None, project: str | None, directory: str) -> WandbSink:
    """Makes the sink in the process that is its own.

    Args:
        entity: The user or team; None for the user's default.
        project: The project; None for that of each run's experiment.
        directory: The autolog directory.
    """
    for name in _OF_THE_USERS_RUN:
        os.environ.pop(name, None)
    return WandbSink(Location(entity, project), Path(directory))


class WandbSink:
    """Tells each batch, run by run, and waits until W&B's client has written it to its own file.

    Then it notes how far each run has got. What comes again because it died before it noted that is
    there twice, except for rows of the history: W&B's server knows them by their steps.

    Args:
        location: Where runs go.
        directory: The autolog directory.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, location: Location, directory: Path) -> None:
        self._artifacts = directory / "artifacts"
        self._directory = Path(os.environ.get("WANDB_DIR") or directory.parent)
        self._identities = Identities(directory, location)
        self._open: dict[tuple[str, str], OpenRun] = {}

    def write(self, batch: Batch) -> None:
        """Tells what the runs were not told yet.

        Raises:
            SinkUnavailable: W&B's client does not take it now.
            RecordRejected: A step is larger than W&B can tell.
        """
        of_runs: dict[str, list[tuple[int, Event]]] = {}
        for position, event in zip(batch.positions, batch.events, strict=True):
            _check(event)
            if event.run_id:
                of_runs.setdefault(event.run_id, []).append((position, event))
        every = list(of_runs.values())
        try:
            for first in range(0, len(every), _MOST_AT_ONCE):
                self._write(batch.journal, every[first : first + _MOST_AT_ONCE])
                self._finish(self._ended()[:-_MOST_ENDED])
        except RunNotBegun:
            self._finish(self._ended())
            self._open.clear()
            wandb.teardown()  # or the client takes the run for one that is under way
            raise
        except (wandb.errors.Error, OSError, SinkUnavailable) as error:
            # what the client has taken of this batch is not known: the runs are begun anew
            self._finish([key for key in self._open if key[1] in of_runs])
            raise SinkUnavailable(f"Weights & Biases' client: {error}") from error

    def close(self) -> None:
        """Ends all runs at W&B."""
        self._finish(list(self._open))

    def _write(self, journal: str, of_runs: Sequence[Sequence[tuple[int, Event]]]) -> None:
        told: list[OpenRun] = []
        for events in of_runs:
            run = self._run_with(journal, events)
            if run is None:
                continue
            for position, event in events:
                if position > run.reached:
                    self._tell(run, event)
                    above = self._group(journal, event)
                    if above is not None and above not in told:
                        told.append(above)
                    run.reached = position
            if run not in told:
                told.append(run)
        for run in told:
            run.mark()
        for run in told:
            run.persist()
            self._identities.keep(run.identity)

    def _run_with(self, journal: str, events: Sequence[tuple[int, Event]]) -> OpenRun | None:
        """The run that is to be told of events, if it was not told of all of them."""
        (_, event), (position, _) = events[0], events[-1]
        key = journal, event.run_id
        run = self._open.pop(key, None)
        if run is None:
            identity = self._identities.of(journal, event)
            if position <= identity.reached:
                return None
            run = OpenRun(identity, self._directory)
        self._open[key] = run  # the last to be ended
        return run if position > run.reached else None

    def _group(self, journal: str, event: Event) -> OpenRun | None:
        """Puts the parent of a run into the group of its children, and gives it if it is open."""
        if not isinstance(event, RunStarted) or event.parent_run_id is None:
            return None
        above = self._open.get((journal, event.parent_run_id))
        if above is not None:
            above.group(above.identity.group_of_children)
        else:
            self._identities.group(event.parent_run_id)
        return above

    def _ended(self) -> list[tuple[str, str]]:
        return [key for key, run in self._open.items() if run.status is not None]

    def _finish(self, keys: Sequence[tuple[str, str]]) -> None:
        for key in keys:
            self._open.pop(key).finish()

    def _tell(self, run: OpenRun, event: Event) -> None:
        match event:
            case MetricsLogged():
                run.log({**event.metrics, AXIS: event.step}, event.sequence, event.time_ns)
            case ArtifactStored():
                self._keep(run, event)
            case ModelStored() if event.files:
                model = model_artifact(event, self._artifacts / event.run_id / event.name)
                if model is not None:
                    run.keep_model(model)
            case RunEnded():
                run.summarise(of_end(event))
                run.status = event.status
            case EnvironmentCaptured():
                run.configure(config(event))
                run.write(_REQUIREMENTS, requirements(event))
            case Dropped():
                run.summarise({"autolog/dropped": f"{event.count}: {event.reason}"})
            case _:
                run.configure(config(event))
                run.label(labels(event))

    def _keep(self, run: OpenRun, event: ArtifactStored) -> None:
        folder = self._artifacts / event.run_id
        run.configure(config(event))
        if self._shows(run, event, folder):
            return
        file = file_of(event, folder)
        if file is not None and file.is_file() and not is_of_model(file, folder):
            run.save(file, folder)

    def _shows(self, run: OpenRun, event: ArtifactStored, folder: Path) -> bool:
        """Shows a picture, if it is one that can be shown."""
        if not event.path.lower().endswith(SUFFIX) or find_spec("PIL") is None:
            return False
        file, data = folder / event.path, undrawn(event, folder)
        with nullcontext(file) if data is None else drawn(data, file.name) as picture:
            if picture is None or read_png(picture) is None:
                return False
            try:
                image = wandb.Image(str(picture))
            except (OSError, SyntaxError, ValueError):
                return False  # PIL takes it for a damaged one
            run.log({event.path[: -len(SUFFIX)]: image}, event.sequence, event.time_ns)
            return True


def _check(event: Event) -> None:
    if isinstance(event, MetricsLogged) and not -_LARGEST_STEP <= event.step <= _LARGEST_STEP:
        raise RecordRejected(event, f"The step {event.step} is larger than W&B can tell.")
