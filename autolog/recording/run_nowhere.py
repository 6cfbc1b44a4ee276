"""A run of which nothing is kept: for code that is to log as ever, and to leave no trace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autolog.recording.channel import Channel, discard, new_run_id
from autolog.recording.files import RunFiles
from autolog.recording.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import PurePosixPath

    from autolog.events import Event


class RunNowhere(Run):
    """A run that is open for as long as somebody holds it, and in no store.

    Args:
        name: Its name.
        parent: The run above it, of which nothing is kept either.
        hear: Is told each event.
    """

    is_kept = False

    def __init__(
        self,
        name: str = "nowhere",
        parent: Run | None = None,
        hear: Callable[[Event], None] = discard,
    ) -> None:
        channel = Channel(hear, Path(), keeps_files=False)
        above = None if parent is None else parent.run_id
        super().__init__(
            new_run_id(), channel, name=name, experiment="nowhere", parent_run_id=above
        )

    def child(
        self, name: str, *, time_ns: int | None = None, tags: Mapping[str, object] | None = None
    ) -> RunNowhere:
        """A run below this one, of which nothing is kept either."""
        del time_ns
        child = RunNowhere(name, self, self._channel.emit)
        child.set_tags(tags or {})
        return child

    @property
    def files(self) -> RunFiles:
        """The folder of the run's files, which does not exist."""
        channel = self._channel
        return _NoFiles(channel.artifacts, self.emit, channel.replacing)


class _NoFiles(RunFiles):
    def keep(self, place: PurePosixPath, write: Callable[[Path], object]) -> None:
        """Keeps nothing."""
