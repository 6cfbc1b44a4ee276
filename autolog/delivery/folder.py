"""The folder of one journal: its lock, its segments, its cursors and the sinks it is meant for."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from autolog.delivery.lock import JournalLock
from autolog.delivery.owner import Owner, host_name
from autolog.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MAKING_SECONDS = 60.0


class JournalFolder:
    """A journal's folder, which may be somebody else's.

    Args:
        path: The folder; its name is the journal's id.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.owner = Owner.from_journal_id(self.id)

    @classmethod
    def create(
        cls, directory: Path, journal_id: str, sinks: Sequence[str]
    ) -> tuple[JournalFolder, JournalLock]:
        """Makes the folder of a new journal of this process, and takes its lock.

        Raises:
            OSError: The disk refuses.
        """
        folder = cls(journals_path(directory) / journal_id)
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        folder.path.mkdir(mode=0o700)
        lock = JournalLock.create(folder.path / "lock")
        folder._sinks_path.write_bytes(msgspec.json.encode(list(sinks)))
        return folder, lock

    @property
    def _sinks_path(self) -> Path:
        return self.path / "sinks.json"

    def sinks(self) -> list[str]:
        """The URIs of the sinks that the journal is to be delivered to.

        Raises:
            JournalError: The list cannot be read.
        """
        try:
            return msgspec.json.decode(self._sinks_path.read_bytes(), type=list[str])
        except (OSError, msgspec.DecodeError) as error:
            raise JournalError(
                f"the sinks in {self._sinks_path} cannot be read: {error}"
            ) from error

    def segment_path(self, number: int) -> Path:
        """The file of a segment."""
        return self.path / f"{number:08d}.segment"

    def cursor_path(self, sink: int) -> Path:
        """The file that holds how far the sink of that place in the list has got."""
        return self.path / f"{sink}.cursor"

    def segments(self) -> list[int]:
        """The numbers of the segments that exist, ascending."""
        names = (path.stem for path in self.path.glob("*.segment"))
        return sorted(int(name) for name in names if name.isdecimal())

    def remove_segments_before(self, number: int) -> None:
        """Removes the segments that every sink is past."""
        for segment in self.segments():
            if segment < number:
                self.segment_path(segment).unlink(missing_ok=True)

    def take_orphan(self) -> JournalLock | None:
        """Takes the lock if the owner is gone, or returns None where the journal is in use.

        Raises:
            FileNotFoundError: There is no lock: the journal is being made, or removed.
        """
        if self.owner.is_another_living_process():
            return None
        return JournalLock.take(self.path / "lock")

    def remove_unfinished(self) -> None:
        """Removes a folder without a lock, unless it is so young that it is being made now."""
        with suppress(OSError):
            if time.time() - self.path.stat().st_mtime > _MAKING_SECONDS:
                self.path.rmdir()

    def is_live(self) -> bool:
        """Whether somebody writes, or recovers, the journal now."""
        try:
            lock = self.take_orphan()
        except FileNotFoundError:
            return self.path.exists()
        if lock is None:
            return True
        lock.release()
        return False

    def is_of_this_host(self) -> bool:
        """Whether the owner ran here, so that its fate can be told."""
        return self.owner.host == host_name()

    def remove(self) -> None:
        """Removes the folder; the caller holds the lock and has delivered everything.

        The segments go first, in order, and the lock last, so that a removal that is cut short
        leaves a journal that is still right.

        Raises:
            OSError: The disk refuses.
        """
        for number in self.segments():
            self.segment_path(number).unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # the user may have removed it already
            for path in self.path.iterdir():
                if path.name != "lock":
                    path.unlink()
            (self.path / "lock").unlink()
            self.path.rmdir()


def journals_path(directory: Path) -> Path:
    """Where the journals of an autolog directory lie."""
    return directory / "journal"


def folders(directory: Path) -> Iterator[JournalFolder]:
    """The journals of an autolog directory, the oldest first."""
    try:
        paths = list(journals_path(directory).iterdir())
    except OSError:
        return
    for path in sorted(paths, key=_changed):
        try:
            folder = JournalFolder(path)
        except ValueError:
            continue
        yield folder


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
