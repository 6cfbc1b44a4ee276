"""A run being recorded: turns calls such as `log_metrics` into events."""

from __future__ import annotations

import itertools
import traceback as tracebacks
import uuid
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify, stringify_params
from autolog.capture.redaction import Redactor
from autolog.events import (
    ArtifactStored,
    Clock,
    EnvironmentCaptured,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.guard import guard
from autolog.logged_values import FIRST, LAST, check_names, inside, numbers, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from pathlib import PurePosixPath

    from autolog.capture.environment import Environment
    from autolog.events import Event

ERROR_TAG = "autolog.error"
"""The tag that says what autolog itself failed to record."""


def new_run_id() -> str:
    """32 hexadecimal digits, different at each call."""
    return uuid.uuid4().hex


@dataclass(slots=True)
class Channel:
    """Where the events of runs go, and what making them takes.

    Attributes:
        emit: Takes an event; what it has returned for survives the process.
        artifacts: The folder that holds a folder of files per run.
        clock: Tells the time of events.
        new_run_id: Makes the ids of new runs.
        redactor: Masks secrets in params, tags and texts.
        open_runs: The runs that this process started and has not ended yet.
    """

    emit: Callable[[Event], None]
    artifacts: Path
    clock: Callable[[], int] = field(default_factory=Clock)
    new_run_id: Callable[[], str] = new_run_id
    redactor: Redactor = field(default_factory=Redactor)
    open_runs: dict[str, Run] = field(default_factory=dict)


class Run:
    """One recorded training, or one stretch of work that the user named.

    Runs are opened by `autolog.run(...)`, by a recorded `fit`, or as a child of another run.

    Attributes:
        run_id: 32 hexadecimal digits.
        name: The run's name.
        experiment: The experiment that it belongs to.
        parent_run_id: The id of the run that it belongs under, if any.
    """

    def __init__(
        self,
        run_id: str,
        channel: Channel,
        *,
        name: str,
        experiment: str,
        parent_run_id: str | None = None,
    ) -> None:
        self.run_id = run_id
        self.name = name
        self.experiment = experiment
        self.parent_run_id = parent_run_id
        self._channel = channel
        self._clock = channel.clock
        self._sequence = itertools.count()
        self._claims = itertools.count()

    @classmethod
    def start(
        cls,
        channel: Channel,
        *,
        name: str,
        experiment: str = "default",
        parent_run_id: str | None = None,
    ) -> Run:
        """Opens a new run.

        Args:
            channel: Where its events go.
            name: The run's name.
            experiment: The experiment that it belongs to.
            parent_run_id: The id of the run that it belongs under.
        """
        run = cls(
            channel.new_run_id(),
            channel,
            name=name,
            experiment=experiment,
            parent_run_id=parent_run_id,
        )
        channel.open_runs[run.run_id] = run
        run._emit(RunStarted, name, experiment, parent_run_id)
        return run

    def child(self, name: str) -> Run:
        """Opens a run below this one; whoever opens it ends it."""
        return Run.start(
            self._channel, name=name, experiment=self.experiment, parent_run_id=self.run_id
        )

    def end(
        self,
        status: Status = Status.FINISHED,
        error: BaseException | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends the run; a second call changes nothing.

        Args:
            status: How it ended.
            error: The exception that ended it, if one did.
            time_ns: When it ended, in nanoseconds since the epoch; now if it is left out.
        """
        if self._channel.open_runs.pop(self.run_id, None) is None:
            return
        with guard(f"ending the run {self.name!r}"):
            described = None if error is None else self._describe(error)
            ended = self._clock() if time_ns is None else time_ns
            self._channel.emit(
                RunEnded(self.run_id, next(self._sequence), ended, status, described)
            )

    def now(self) -> int:
        """The time by the clock of the run's events, in nanoseconds since the epoch."""
        return self._clock()

    def is_of(self, channel: Channel) -> bool:
        """Whether the run's events go to a channel."""
        return self._channel is channel

    @property
    def ended(self) -> bool:
        """Whether this process has nothing more to end here."""
        return self.run_id not in self._channel.open_runs

    def log_param(self, name: str, value: object) -> None:
        """Records one param; see `log_params`."""
        self.log_params({name: value})

    def log_params(self, params: Mapping[str, object]) -> None:
        """Records params: what the training was made with.

        Args:
            params: Values by name. Values are kept as `str` gives them, at most 6000 characters;
                values whose name looks secret are masked.

        Raises:
            TypeError: A name is not a string.
        """
        check_names("param", params)
        texts = self._channel.redactor.mapping(stringify_params(params))
        if texts:
            self._emit(ParamsLogged, texts)

    def log_metric(self, name: str, value: float, step: int | None = None) -> None:
        """Records one metric value; see `log_metrics`."""
        self.log_metrics({name: value}, step)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metric values that belong to one step.

        Args:
            metrics: Numbers by name: Python's, NumPy's, or tensors of one element.
            step: The epoch or iteration, any whole number; 0 if it is left out.

        Raises:
            TypeError: A name is not a string, a value is not a number, or the step is not whole.
            ValueError: The step needs more than 64 bits.
        """
        if type(metrics) is not dict or type(step) is not int or not FIRST <= step <= LAST:
            metrics, step = dict(metrics), whole(step)
        for name, value in metrics.items():
            if type(value) is not float or type(name) is not str:
                metrics = numbers(metrics)
                break
        self._emit(MetricsLogged, step, metrics)

    def set_tag(self, name: str, value: object) -> None:
        """Sets one tag; see `set_tags`."""
        self.set_tags({name: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Sets tags: notes to find the run by.

        Args:
            tags: Values by name, kept as `str` gives them; secret ones are masked.

        Raises:
            TypeError: A name is not a string.
        """
        check_names("tag", tags)
        texts = self._channel.redactor.mapping(stringify_params(tags))
        if texts:
            self._emit(TagsSet, texts)

    def log_artifact(self, source: str | os.PathLike[str], path: str | None = None) -> None:
        """Keeps a copy of a file, or of a folder with all its files.

        Args:
            source: The file or folder.
            path: Where to put it among the run's artifacts, with `/`; by default its own name.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: `path` leads out of the run's folder.
        """
        import shutil

        origin = Path(source)
        if not origin.exists():
            raise FileNotFoundError(f"log_artifact: there is no file or folder {str(origin)!r}")
        place = inside(path or origin.resolve().name)
        with guard(f"keeping the artifact {place}", self.note_failure):
            files = [origin] if origin.is_file() else sorted(origin.rglob("*"))
            for file in files:
                if file.is_file():
                    inner = place if file is origin else place / file.relative_to(origin)
                    self._store(inner, partial(shutil.copyfile, file))

    def log_figure(self, figure: Any, path: str) -> None:
        """Keeps a figure as a file.

        Args:
            figure: A matplotlib figure, or any object with `savefig(path)` or `write_html(path)`.
            path: Where to put it among the run's artifacts, such as `plots/loss.png`.

        Raises:
            TypeError: The object is no figure.
            ValueError: `path` leads out of the run's folder.
        """
        save = getattr(figure, "savefig", None) or getattr(figure, "write_html", None)
        if save is None:
            raise TypeError(
                f"log_figure: expected a figure with savefig or write_html, got {figure!r}"
            )
        place = inside(path)
        with guard(f"keeping the figure {place}", self.note_failure):
            self._store(place, save)

    def log_environment(self, environment: Environment) -> None:
        """Records what the run was made with."""
        self._emit(EnvironmentCaptured, environment.tags, environment.packages)

    def note_failure(self, action: str, error: BaseException) -> None:
        """Notes on the run what autolog itself failed to do."""
        reason = f"{action}: {type(error).__name__}: {error}"
        self.set_tags({ERROR_TAG: reason})

    def claim(self) -> bool:
        """Whether the caller is the first recorded call of this run, which logs straight into it.

        Later calls take a child each, so that nothing collides.
        """
        return next(self._claims) == 0

    def _store(self, place: PurePosixPath, write: Callable[[Path], object]) -> None:
        """Lets `write` make a file beside its final place, and moves it there."""
        target = self._channel.artifacts / self.run_id / place
        target.parent.mkdir(parents=True, exist_ok=True)
        # The ending stays, because a figure's format is chosen by it.
        unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
        try:
            write(unfinished)
            size = unfinished.stat().st_size
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        self._emit(ArtifactStored, str(place), size)

    def _describe(self, error: BaseException) -> RunError:
        redact = self._channel.redactor.text
        lines = tracebacks.format_exception(error)
        return RunError(
            type(error).__qualname__,
            redact(stringify(error)),
            redact(stringify("".join(lines), limit=20_000)),
        )

    def _emit(self, kind: type[Event], *fields: object) -> None:
        channel = self._channel
        channel.emit(kind(self.run_id, next(self._sequence), self._clock(), *fields))

    def __repr__(self) -> str:
        return f"<Run {self.name!r} {self.run_id}>"
