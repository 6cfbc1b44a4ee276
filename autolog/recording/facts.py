"""What is said of a run in plain values: params, metrics and tags."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify_params
from autolog.events import ArtifactStored, EnvironmentCaptured, MetricsLogged, ParamsLogged, TagsSet
from autolog.recording.files import RunFiles, link_or_copy
from autolog.recording.values import FIRST, LAST, check_names, inside, numbers, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from autolog.capture.environment import Environment
    from autolog.capture.redaction import Redactor
    from autolog.events import Event
    from autolog.recording.channel import Channel

ERROR_TAG = "autolog.error"
"""The tag that says what autolog itself failed to record."""


class RunFacts:
    """A run as the events that it sends.

    Args:
        run_id: Its 32 hexadecimal digits.
        channel: Where its events go.

    Attributes:
        is_kept: Whether anything of it is recorded at all.
        is_of_user: Whether the user has opened it, or a training of the user's.
    """

    is_kept = True
    is_of_user = True

    def __init__(self, run_id: str, channel: Channel) -> None:
        self.run_id = run_id
        self._channel = channel
        self._clock = channel.clock
        self._sequence = itertools.count()

    @property
    def files(self) -> RunFiles:
        """The folder of the run's files."""
        channel = self._channel
        folder = channel.artifacts / self.run_id
        return RunFiles(folder, self.emit, channel.replacing, channel.artifact_store)

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
            self.emit(ParamsLogged, texts)

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
        self.emit(MetricsLogged, step, metrics)

    def step_logger(self) -> Callable[..., None]:
        """What records the metrics of a step in half the time of `log_metrics`, for hot loops.

        Between two steps, the training fills the processor's caches with its own data; each
        function less that a step has to go through is a few microseconds.

        Returns:
            A function of the metrics, whose names are of type `str` and their values of type
            `float`, in a dictionary that nobody changes any more, of the step, and, if it was not
            taken just now, of its time in nanoseconds since the epoch.
        """
        run_id, sequence, clock, emit = self.run_id, self._sequence, self._clock, self._channel.emit

        def log(metrics: dict[str, float], step: int, time_ns: int | None = None) -> None:
            when = clock() if time_ns is None else time_ns
            emit(MetricsLogged(run_id, next(sequence), when, step, metrics))

        return log

    def log_point(
        self, metrics: Mapping[str, float], step: int, *, time_ns: int | None = None
    ) -> None:
        """Records a fold of a cross-validation, or a point of a curve, whatever `every_n_steps` is.

        Args:
            metrics: Numbers by name.
            step: The number of the fold, or what the curve is drawn over.
            time_ns: When it ended, in nanoseconds since the epoch; now if it is left out.

        Raises:
            TypeError: A name is not a string, or a value is not a number.
        """
        self.emit_at(time_ns, MetricsLogged, whole(step), numbers(metrics))

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
            self.emit(TagsSet, texts)

    def log_reference(self, source: str | os.PathLike[str], path: str) -> None:
        """Notes a file that stays where it is, such as a large checkpoint; nothing is copied.

        Where the run's files are uploaded, one that was written into its own folder is one of them.

        Args:
            source: The file.
            path: Its place among the run's artifacts, with `/`.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: `path` leads out of the run's folder.
        """
        place, file = inside(path), Path(source).absolute()
        if self.files.uploads(file):
            self.files.keep(place, partial(link_or_copy, file))
            return
        self.emit(ArtifactStored, str(place), file.stat().st_size, None, str(file))

    def log_environment(self, environment: Environment) -> None:
        """Records what the run was made with."""
        self.emit(EnvironmentCaptured, environment.tags, environment.packages)

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of texts that no method of the run takes."""
        return self._channel.redactor

    def note_failure(self, action: str, error: BaseException) -> None:
        """Notes on the run what autolog itself failed to do."""
        reason = f"{action}: {type(error).__name__}: {error}"
        self.set_tags({ERROR_TAG: reason})

    def later(self, action: str, work: Callable[[], object]) -> None:
        """Has something done in the background; a failure is noted on the run.

        Args:
            action: What it does, to complete "autolog failed while ...".
            work: Does it.
        """
        self._channel.background.submit(action, work, self.note_failure)

    def outlives_session(self) -> bool:
        """Whether the run goes on in the next session when that of its channel is at its end."""
        return False

    def close_with_process(self) -> None:
        """Has all that is recorded here delivered when this process ends, one way or another."""
        self._channel.close_with_process()

    def wait_for_later(self) -> None:
        """Waits until all that was left for the background is done."""
        self._channel.background.wait()

    def __reduce__(self) -> tuple[Any, ...]:
        if self._channel.rejoin is None:
            raise TypeError("a run can be pickled only as long as its session lasts")
        return self._channel.rejoin, (self.run_id,)

    def now(self) -> int:
        """The time by the clock of the run's events, in nanoseconds since the epoch."""
        return self._clock()

    def is_of(self, channel: Channel) -> bool:
        """Whether the run's events go to a channel."""
        return self._channel is channel

    def emit(self, kind: type[Event], *fields: object) -> None:
        """Records an event of the run.

        Args:
            kind: Its class.
            fields: What it says, besides the run, its number and the time.
        """
        channel = self._channel
        channel.emit(kind(self.run_id, next(self._sequence), self._clock(), *fields))

    def emit_at(self, time_ns: int | None, kind: type[Event], *fields: object) -> None:
        """Records an event of an earlier time, in nanoseconds since the epoch; `None` for now."""
        when = self._clock() if time_ns is None else time_ns
        self._channel.emit(kind(self.run_id, next(self._sequence), when, *fields))
