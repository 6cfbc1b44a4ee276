"""A run as integrations see it: the user's options are obeyed here, once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from autolog.guard import guard
from autolog.recording.datasets import describe_dataset, read_dataset
from autolog.recording.models import MODEL, ModelChoices
from autolog.recording.run import INTEGRATION_TAG, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autolog.capture.dataset.reading import DatasetReading
    from autolog.capture.model.flavor import Flavor
    from autolog.capture.plots.plot import Plot
    from autolog.config.settings import Settings


class AutomaticRun(Run):
    """The same run, recording automatically: what the user switched off is not recorded.

    Args:
        run: The run.
        settings: The options in force for the integration's library.
        library: The integration's name.
    """

    def __init__(self, run: Run, settings: Settings, library: str = "") -> None:
        self.__dict__.update(vars(run))
        self._settings = settings
        self._library = library
        self._readings: list[DatasetReading] = []
        self._settled = False

    def __reduce__(self) -> tuple[Any, ...]:
        return _automatic, (*super().__reduce__(), self._settings, self._library)

    def child(
        self, name: str, *, time_ns: int | None = None, tags: Mapping[str, object] | None = None
    ) -> AutomaticRun:
        """Opens a run below this one, with the tags and options of recorded runs."""
        tags = {INTEGRATION_TAG: self._library, **self._settings.tags, **(tags or {})}
        child = super().child(name, time_ns=time_ns, tags=tags)
        return AutomaticRun(child, self._settings, self._library)

    @property
    def max_child_runs(self) -> int | None:
        """The most children that a search is to open, as the options say."""
        return self._settings.max_child_runs

    def log_params(self, params: Mapping[str, object]) -> None:
        """Records params, unless `log_params=False`."""
        if self._settings.log_params:
            super().log_params(params)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metrics; of those with a step, the steps that `every_n_steps` keeps."""
        if step is None or self.keeps_step(step):
            super().log_metrics(metrics, step)

    def step_logger(self) -> Callable[..., None]:
        """As `Run.step_logger`, for the steps that `every_n_steps` keeps."""
        log, every = super().step_logger(), self._settings.every_n_steps
        if every == 1:
            return log

        def log_some(metrics: dict[str, float], step: int, time_ns: int | None = None) -> None:
            if step % every == 0:
                log(metrics, step, time_ns)

        return log_some

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
        """Keeps a model with what the options ask for, unless `log_models=False`.

        The run's own model is registered, if they say so, and not those beside it.
        """
        if not self._settings.log_models:
            return
        if choices is None:
            registered = self._settings.registered_model_name if name == MODEL else None
            choices = replace(ModelChoices.of(self._settings), registered_name=registered)
        super().log_model(model, flavor, name=name, inputs=inputs, outputs=outputs, choices=choices)

    def log_dataset(
        self,
        data: Any,
        targets: Any = None,
        *,
        name: str | None = None,
        context: str = "train",
        overwritten: bool = False,
    ) -> None:
        """Describes a data set, unless `log_datasets=False`; read while the call is made."""
        if data is None or not self._settings.log_datasets:
            return
        with guard("looking at a data set", self.note_failure):
            reading = read_dataset(
                self, data, targets, name=name, context=context, overwritten=overwritten
            )
            if self._settled:
                describe_dataset(self, reading)
            else:
                self._readings.append(reading)

    def log_plots(self, plots: Iterable[Plot]) -> None:
        """Keeps the data of plots, unless `log_plots=False`."""
        if self._settings.log_plots:
            super().log_plots(plots)

    def log_page(self, path: str, render: Callable[[], str]) -> None:
        """Keeps a page, unless `log_plots=False`."""
        if self._settings.log_plots:
            super().log_page(path, render)

    def keeps_step(self, step: int) -> bool:
        """Whether metrics of a step are kept, as `every_n_steps` says."""
        return step % self._settings.every_n_steps == 0

    @property
    def wants_plots(self) -> bool:
        """Whether plots are kept, so that their data are worth being computed."""
        return self._settings.log_plots

    def settle(self, seconds: float) -> None:
        """Takes leave of the data sets, when the call is over and its caller may change them.

        Args:
            seconds: What the call took.
        """
        readings, self._readings = self._readings, []
        self._settled = True
        with guard("looking at a data set", self.note_failure):
            for reading in readings:
                describe_dataset(self, reading, seconds)


def _automatic(
    rejoin: Callable[..., Run], arguments: tuple[str], settings: Settings, library: str
) -> AutomaticRun:
    """What a pickled run becomes."""
    return AutomaticRun(rejoin(*arguments), settings, library)
