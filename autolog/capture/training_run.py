"""What of a run is used to record a training, by code that stands below that of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autolog.capture.plots.plot import Plot


class TrainingRun(Protocol):
    """The run that a training is recorded into."""

    @property
    def wants_plots(self) -> bool:
        """Whether plots are kept, so that their data are worth being computed."""
        ...

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metrics, of the steps that are kept."""
        ...

    def step_logger(self) -> Callable[[dict[str, float], int], None]:
        """What records the metrics of a step, of those that are kept, in hot loops."""
        ...

    def log_point(
        self, metrics: Mapping[str, float], step: int, *, time_ns: int | None = None
    ) -> None:
        """Records metrics, whichever steps are kept."""
        ...

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Sets tags."""
        ...

    def log_text(self, path: str, render: Callable[[], str]) -> None:
        """Keeps a file of text, which is made in the background."""
        ...

    def log_plots(self, plots: Iterable[Plot]) -> None:
        """Keeps the data of plots."""
        ...

    def note_failure(self, action: str, error: BaseException) -> Any:
        """Notes on the run what autolog itself failed to do."""
        ...
