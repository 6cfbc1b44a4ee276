"""What `autolog()` builds and `disable()` takes down: the one place that joins both sides.

The recording side (integrations, hooks, runs) and the delivering side (journal, sinks) know
nothing of each other; a session hands the one's events to the other.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from autolog import context
from autolog.activation import Activation
from autolog.capture.redaction import Redactor
from autolog.config.sources import run_id_from_environment
from autolog.context import Scope
from autolog.delivery.delivery import Delivery
from autolog.directory import prepare
from autolog.events import Status
from autolog.guard import guard
from autolog.recording.channel import Channel, Emission, discard
from autolog.recording.object_runs import ObjectRuns
from autolog.recording.provenance import Provenance
from autolog.recording.run import INTEGRATION_TAG, Run
from autolog.sinks.registry import notes, open_sink, scheme, synchronised, without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.config.settings import Configuration, Settings
    from autolog.delivery.backlog import Backlog
    from autolog.events import RunError
    from autolog.registry import Available


_BACKGROUND_SECONDS = 5.0
"""What the end of a script waits for models and data sets at most, if nothing else was said."""


class Recorded(msgspec.Struct):
    """Which runs this process has recorded so far.

    Attributes:
        top_level: How many runs without a parent were opened.
        automatically: Whether `autolog()` was called, and not only runs of the user's.
        started: The top-level run that was opened last.
        ended: The top-level run that ended last.
    """

    top_level: int = 0
    automatically: bool = False
    started: Run | None = None
    ended: Run | None = None


class Session:
    """Records runs and delivers them, from the first `autolog()` or `run()` to `shutdown()`.

    The variables `AUTOLOG_RUN_ID` and `AUTOLOG_PARENT_RUN_ID` name runs of other processes: the one
    to record into, and the one to record under.

    Args:
        directory: The folder for all files of autolog's.
        configuration: The options from all sources.
        available: The integrations that are installed.

    Raises:
        ConfigurationError: One of the two variables holds no run id.
    """

    def __init__(
        self, directory: Path, configuration: Configuration, available: Mapping[str, Available]
    ) -> None:
        self.directory = directory
        self.available = available
        self.recorded = Recorded()
        self.delivery = Delivery(
            directory, configuration.settings().destinations, open_sink=open_sink
        )
        self.channel = Channel(discard, directory / "artifacts")
        self.background = self.channel.background
        self.emission = Emission(self.channel, self.delivery.emit)
        self.provenance = Provenance(self.channel)
        self.objects = ObjectRuns(self.end_run)
        self._activation = Activation(available, self)
        self._prepared = False
        self._counting = threading.Lock()
        self.configuration = configuration
        self._parent_run_id = run_id_from_environment("AUTOLOG_PARENT_RUN_ID")
        joined = run_id_from_environment("AUTOLOG_RUN_ID")
        if joined is not None:
            context.outside = Scope(self.joined_run(joined))

    @property
    def configuration(self) -> Configuration:
        """The options from all sources."""
        return self._configuration

    @configuration.setter
    def configuration(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._settings: dict[str | None, Settings] = {}
        self._options: dict[str, Any] = {}
        self.channel.redactor = Redactor(self.settings().redact)
        artifacts = self.settings().artifacts
        self.channel.artifact_store = None if artifacts is None else without_secrets(artifacts)

    def settings(self, library: str | None = None) -> Settings:
        """The options in force for a library, or in general."""
        known = self._settings.get(library)
        if known is None:
            known = self._settings[library] = self.configuration.settings(library)
        return known

    def options(self, library: str) -> Any:
        """The integration's own options, as an instance of its dataclass."""
        if library not in self._options:
            options = self.available[library].options
            given = self.configuration.library_options(library)
            self._options[library] = None if options is None else options(**given)
        return self._options[library]

    def record(self, *, below_others: bool = False) -> None:
        """Patches the libraries that are imported, and each other one once it is.

        Args:
            below_others: Whether all runs will have a parent; the first that has none after all
                waits for the environment then.
        """
        self.recorded.automatically = True
        self._activation.begin()
        if self.settings().log_environment and not below_others:
            self.provenance.begin()

    def carry_scopes(self) -> None:
        """Has pools carry runs of the user's into their threads, where libraries are recorded."""
        self._activation.carry_scopes()

    def recover(self) -> None:
        """Lets a thread deliver what processes that are gone have left in this directory."""
        with guard("looking for what other processes left behind"):
            journals = self.directory / "journal"
            if journals.is_dir() and any(journals.iterdir()):
                from autolog.delivery.recovery import recover

                threading.Thread(
                    target=partial(recover, self.directory, open_sink=open_sink, hurried=False),
                    name="autolog-recovery",
                    daemon=True,
                ).start()

    def stop_recording(self) -> None:
        """Restores every patched function; what was recorded is still delivered."""
        self.objects.end_all()
        self._activation.end()

    @property
    def is_recording(self) -> bool:
        """Whether libraries are patched, or are going to be once they are imported."""
        return self._activation.is_under_way

    @property
    def patched(self) -> tuple[str, ...]:
        """The places that are patched now."""
        return self._activation.patched

    def start_run(
        self,
        name: str,
        library: str | None,
        parent: Run | None,
        *,
        experiment: str | None = None,
        time_ns: int | None = None,
        run_id: str | None = None,
    ) -> Run:
        """Opens a run, with the tags that the options ask for.

        Args:
            name: The run's name.
            library: The integration that opens it; `None` where the user does.
            parent: The run to open it under.
            experiment: The experiment that it belongs to; by default the parent's, or the one
                that is configured.
            time_ns: When it began, in nanoseconds since the epoch; now if it is left out.
            run_id: Its id, where others know it already.
        """
        if parent is not None and not parent.is_kept:
            return parent.child(name)
        self._prepare_directory()
        settings = self.settings(library)
        parent_run_id = parent.run_id if parent else self._parent_run_id
        run = Run.start(
            self.channel,
            name=name,
            experiment=experiment or (parent.experiment if parent else settings.experiment),
            parent_run_id=parent_run_id,
            outside=None if parent_run_id else self._noted(settings),
            time_ns=time_ns,
            run_id=run_id,
        )
        if self.channel.emit is discard:
            return run
        origin = {} if library is None else {INTEGRATION_TAG: library}
        run.set_tags({**origin, **settings.tags})
        with self._counting:
            if parent is None:
                self.recorded.top_level += 1
                self.recorded.started = run
        if parent is None and settings.log_environment:
            self.provenance.attach(run)
        return run

    def _noted(self, settings: Settings) -> dict[str, str] | None:
        if not settings.exclusive:  # what they note is, whose run it is to be recorded into
            with guard("asking the sinks"):
                return notes(settings.sink)
        return None

    def joined_run(self, run_id: str) -> Run:
        """A run that another process has opened, and ends."""
        return Run(run_id, self.channel, name="joined", experiment=self.settings().experiment)

    def run_of_file(self, file: str) -> str | None:
        """The id of the run that has noted a file where it is, or one beside it.

        Args:
            file: Its absolute path.
        """
        from autolog.sinks.sqlite.location import database_path
        from autolog.store import Store

        self.flush()
        stores = [
            Store(database_path(uri, self.directory), directory=self.directory)
            for uri in self.settings().sink
            if scheme(uri) == "sqlite"
        ]
        return next(filter(None, (store.run_of_file(file) for store in stores)), None)

    def reopen_run(self, run_id: str) -> tuple[Run, bool]:
        """Goes on with an earlier run; tells too whether it is to be ended again."""
        known = self.channel.open_runs.get(run_id)
        if known is not None:
            return known, False
        self._prepare_directory()
        run = self.channel.open_runs[run_id] = self.joined_run(run_id)
        return run, True

    def owns(self, run: Run) -> bool:
        """Whether a run's events go where this session's go."""
        return run.is_of(self.channel)

    def end_run(
        self,
        run: Run,
        status: Status,
        error: BaseException | RunError | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends a run that `start_run` opened, now or at an earlier time."""
        self.objects.end_within(run)
        run.end(status, error, time_ns=time_ns)
        if run.parent_run_id == self._parent_run_id:
            self.recorded.ended = run

    def call_recorded(self, run: Run) -> None:
        """Sees that what a call has told is in the sinks, if the options ask for that."""
        settings = self.settings()
        if settings.sync == "fit":
            with guard("waiting for the sinks"):
                self.provenance.wait()
                if self.flush():
                    synchronised(settings.sink, run.run_id)

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything that was recorded so far has reached every sink.

        Args:
            timeout: Seconds to wait at most; as long as it takes if it is left out.

        Returns:
            Whether everything arrived in time.
        """
        started = time.monotonic()
        done = self.catch_up(timeout)
        left = None if timeout is None else max(0.0, timeout - (time.monotonic() - started))
        return self.delivery.flush(left) and done

    def catch_up(self, timeout: float | None = None) -> bool:
        """Waits until everything that was seen so far is recorded, as `flush` does for sinks."""
        self.objects.end_gone()
        self.objects.write_all()
        return self.background.wait(timeout)

    def close(self, status: Status = Status.FINISHED) -> tuple[Backlog, ...]:
        """Ends what is open, restores what is patched, and delivers what is waiting.

        Args:
            status: How runs end that are still open.

        Returns:
            What each sink could not be given in time.
        """
        seconds = self.settings().exit_timeout
        seconds = _BACKGROUND_SECONDS if seconds is None else seconds
        self.objects.end_all(status, seconds)
        self.stop_recording()
        with guard("noting the environment"):
            self.provenance.wait()
        for run in reversed(list(self.channel.open_runs.values())):
            self.end_run(run, status)
        if context.outside.run is None or not context.outside.run.outlives_session():
            context.outside = Scope()
        with guard("completing models and data sets"):
            self.background.wait(seconds)
        return self.delivery.close(self.settings().exit_timeout)

    def after_fork(self) -> None:
        """Leaves the parent's runs to the parent, in a child that was forked from it."""
        self._counting = threading.Lock()
        self.channel.start_anew()
        self.emission.start_anew()
        self.objects.start_anew()
        self.recorded = Recorded()
        self.provenance.after_fork()
        self._activation.after_fork()

    def _prepare_directory(self) -> None:
        if not self._prepared:
            self._prepared = True
            try:
                prepare(self.directory)
            except OSError:
                # The journal will meet the same obstacle, and says so.
                self.channel.keeps_files = False
