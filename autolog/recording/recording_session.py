"""What opens and ends the runs of recorded calls, and knows the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from autolog.config.settings import Settings
    from autolog.events import Status
    from autolog.recording.background import BackgroundWork
    from autolog.recording.object_runs import ObjectRuns
    from autolog.recording.run import Run


class RecordingSession(Protocol):
    """What a recorder asks of the session."""

    @property
    def background(self) -> BackgroundWork:
        """What nobody has to wait for."""
        ...

    @property
    def objects(self) -> ObjectRuns:
        """The runs that outlive one call."""
        ...

    def settings(self, library: str) -> Settings:
        """The options in force for a library."""
        ...

    def options(self, library: str) -> Any:
        """The integration's own options, as an instance of its dataclass."""
        ...

    def start_run(self, name: str, library: str, parent: Run | None) -> Run:
        """Opens a run for a recorded call."""
        ...

    def run_of_file(self, file: str) -> str | None:
        """The id of the run that has noted a file where it is, or one beside it."""
        ...

    def reopen_run(self, run_id: str) -> tuple[Run, bool]:
        """Goes on with an earlier run; tells too whether it is to be ended again."""
        ...

    def owns(self, run: Run) -> bool:
        """Whether a run's events go where the session's go."""
        ...

    def end_run(
        self,
        run: Run,
        status: Status,
        error: BaseException | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends a run that `start_run` opened, now or at an earlier time."""
        ...

    def call_recorded(self, run: Run) -> None:
        """Does what is to be done before a recorded call returns."""
        ...
