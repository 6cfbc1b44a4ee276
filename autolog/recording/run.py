"""A run being recorded: turns calls such as `log_metrics` into events."""

from __future__ import annotations

import itertools
import traceback as tracebacks
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify
from autolog.events import RunEnded, RunError, RunStarted, Status
from autolog.guard import guard
from autolog.recording.facts import RunFacts
from autolog.recording.values import inside

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import PurePosixPath

    from autolog.capture.model.flavor import Flavor
    from autolog.capture.plots.plot import Plot
    from autolog.recording.channel import Channel
    from autolog.recording.models import ModelChoices

INTEGRATION_TAG = "autolog.integration"
"""The tag that says which integration recorded a run."""


class Run(RunFacts):
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
        super().__init__(run_id, channel)
        self.name = name
        self.experiment = experiment
        self.parent_run_id = parent_run_id
        self._claims = itertools.count()

    @classmethod
    def start(
        cls,
        channel: Channel,
        *,
        name: str,
        experiment: str = "default",
        parent_run_id: str | None = None,
        outside: dict[str, str] | None = None,
        time_ns: int | None = None,
        run_id: str | None = None,
    ) -> Run:
        """Opens a new run.

        Args:
            channel: Where its events go.
            name: The run's name.
            experiment: The experiment that it belongs to.
            parent_run_id: The id of the run that it belongs under.
            outside: What sinks have noted of where it begins.
            time_ns: When it began, in nanoseconds since the epoch; now if it is left out.
            run_id: Its id, where others know it already.
        """
        run_id = run_id or channel.new_run_id()
        run = cls(run_id, channel, name=name, experiment=experiment, parent_run_id=parent_run_id)
        channel.open_runs[run.run_id] = run
        run.emit_at(time_ns, RunStarted, name, experiment, parent_run_id, outside or {})
        return run

    def child(
        self, name: str, *, time_ns: int | None = None, tags: Mapping[str, object] | None = None
    ) -> Run:
        """Opens a run below this one; whoever opens it ends it.

        Args:
            name: Its name.
            time_ns: When it began, in nanoseconds since the epoch; now if it is left out.
            tags: Its tags.
        """
        child = Run.start(
            self._channel,
            name=name,
            experiment=self.experiment,
            parent_run_id=self.run_id,
            time_ns=time_ns,
        )
        child.set_tags(tags or {})
        return child

    @property
    def max_child_runs(self) -> int | None:
        """The most children that a search is to open; `None` for one per candidate."""
        return None

    def end(
        self,
        status: Status = Status.FINISHED,
        error: BaseException | RunError | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends the run; a second call changes nothing.

        Args:
            status: How it ended.
            error: The exception that ended it, if one did, or what a worker told of it.
            time_ns: When it ended, in nanoseconds since the epoch; now if it is left out.
        """
        if self._channel.open_runs.pop(self.run_id, None) is None:
            return
        with guard(f"ending the run {self.name!r}"):
            described = None if error is None else self._describe(error)
            self.emit_at(time_ns, RunEnded, status, described)

    def is_beside(self, other: Run) -> bool:
        """Whether the events of another run go where those of this run go."""
        return other.is_of(self._channel)

    @property
    def ended(self) -> bool:
        """Whether this process has nothing more to end here."""
        return self.run_id not in self._channel.open_runs

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
                    self.files.keep(inner, partial(shutil.copyfile, file))

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
            self.files.keep(place, save)

    def log_model(
        self,
        model: Any,
        flavor: Flavor,
        *,
        name: str = "model",
        inputs: Any = None,
        outputs: Any = None,
        choices: ModelChoices | None = None,
    ) -> None:
        """Keeps a fitted model, in the folder layout of MLflow's models.

        The model may be changed as soon as this returns. One that cannot be serialised is not
        kept; a tag of the run says why.

        Args:
            model: The fitted model.
            flavor: Writes models of its kind.
            name: Its place among the run's files; a model that is there already is replaced.
            inputs: What it was fitted on, or some rows of it. Five are looked at, to infer the
                signature; without any there is none.
            outputs: What it predicts for such rows; it is asked if this is left out.
            choices: What is kept with it, and how large it may be.

        Raises:
            ValueError: `name` leads out of the run's folder, or to where other files are.
        """
        place = inside(name)
        self._keep_model(model, flavor, place, inputs, outputs=outputs, choices=choices)

    def follow(self, model: Any) -> None:
        """Has what is done with a model after its fit recorded into this run.

        The model is held weakly, and nothing is written on it.

        Args:
            model: The fitted model; one whose class has `__slots__` is not followed.
        """
        from autolog.capture.followed_models import followed_models

        followed_models.set(model, self)

    def log_dataset(
        self,
        data: Any,
        targets: Any = None,
        *,
        name: str | None = None,
        context: str = "train",
        overwritten: bool = False,
    ) -> None:
        """Describes a data set: its digest, its schema, and a summary of its columns.

        Nothing of it is copied. Large data are read beside the caller, who had better not change
        them meanwhile; where he does, the digest is that of some rows, and says so.

        Args:
            data: The rows: a frame, an array, a sparse matrix or a list.
            targets: What is to be predicted for each row.
            name: Its name; by default that of the caller's variable.
            context: `train` or `eval`.
            overwritten: Whether the data are about to be changed, so that they are read at once.
        """
        with guard("looking at a data set", self.note_failure):
            from autolog.recording.datasets import describe_dataset, read_dataset

            reading = read_dataset(
                self, data, targets, name=name, context=context, overwritten=overwritten
            )
            describe_dataset(self, reading)

    @property
    def wants_plots(self) -> bool:
        """Whether plots are kept, so that their data are worth being computed."""
        return True

    def keeps_step(self, _step: int) -> bool:
        """Whether metrics of a step are kept, so that they are worth being computed."""
        return True

    def log_plots(self, plots: Iterable[Plot]) -> None:
        """Keeps the data of plots, which are drawn when they are first looked at.

        Args:
            plots: What is to be drawn; `<name>.png` among the run's files, and `<name>.json` for
                its data.
        """
        for plot in plots if self._channel.keeps_files else ():
            self.later(f"keeping the plot {plot.name}", partial(self.files.keep_plot, plot))

    def log_page(self, path: str, render: Callable[[], str]) -> None:
        """Keeps an HTML page that shows something of the run.

        Args:
            path: Where to put it among the run's artifacts.
            render: Makes the page; called in the background.

        Raises:
            ValueError: `path` leads out of the run's folder.
        """
        self.log_text(path, render)

    def log_text(self, path: str, render: Callable[[], str]) -> None:
        """Keeps a file of text.

        Args:
            path: Where to put it among the run's artifacts.
            render: Makes the text; called in the background.

        Raises:
            ValueError: `path` leads out of the run's folder.
        """
        place = inside(path)
        if self._channel.keeps_files:
            self.later(f"keeping {place}", partial(self.files.keep_text, place, render))

    def claim(self) -> bool:
        """Whether the caller is the first recorded call of this run, which logs straight into it.

        Later calls take a child each, so that nothing collides.
        """
        return next(self._claims) == 0

    def _keep_model(
        self,
        model: Any,
        flavor: Flavor,
        place: PurePosixPath,
        inputs: Any,
        *,
        outputs: Any,
        choices: ModelChoices | None,
    ) -> None:
        # late, for a quick start: many runs have no model
        from autolog.capture.rows import first_rows
        from autolog.recording.models import SKIPPED_TAG, ModelChoices, check_place, keep_model

        if not self._channel.keeps_files:
            self.set_tags({SKIPPED_TAG: "the autolog directory cannot be written"})
            return
        check_place(self.files, place)
        rows = None
        with guard("looking at the inputs of a model", self.note_failure):
            rows = first_rows(inputs)
        with guard(f"keeping the model {place}", self.note_failure):
            chosen = choices or ModelChoices()
            keep_model(
                self, model, flavor, place=place, inputs=rows, outputs=outputs, choices=chosen
            )

    def _describe(self, error: BaseException | RunError) -> RunError:
        redact = self._channel.redactor.text
        if isinstance(error, BaseException):
            lines = tracebacks.format_exception(error)
            error = RunError(type(error).__qualname__, stringify(error), "".join(lines))
        return RunError(
            error.type,
            redact(stringify(error.message)),
            redact(stringify(error.traceback, limit=20_000)),
        )

    def __repr__(self) -> str:
        return f"<Run {self.name!r} {self.run_id}>"
