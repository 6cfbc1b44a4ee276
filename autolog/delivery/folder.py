"""The folder of one journal: its lock, its segments, its cursors and the sinks it is meant for.

A folder appears under the journal's id when it is complete, and vanishes in one piece: while it is
made or removed, its name says so. Hence nobody ever takes half a journal for an abandoned one.
"""

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

_SINKS = "sinks.json"
_PARTIAL = ".partial"
_LONGEST_MAKING = 60.0  # seconds


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
        partial = folder._partial_path
        partial.mkdir(mode=0o700, parents=True)
        lock = JournalLock.create(partial / "lock")
        try:
            (partial / _SINKS).write_bytes(msgspec.json.encode(list(sinks)))
            partial.rename(folder.path)
        except OSError:
            lock.release()
            raise
        return folder, lock

    @property
    def _partial_path(self) -> Path:
        return self.path.with_name(self.id + _PARTIAL)

    def sinks(self) -> list[str]:
        """The URIs of the sinks that the journal is to be delivered to.

        Raises:
            JournalError: The list cannot be read.
        """
        path = self.path / _SINKS
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[str])
        except (OSError, msgspec.DecodeError) as error:
            raise JournalError(f"the sinks in {path} cannot be read: {error}") from error

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
            FileNotFoundError: The journal was removed meanwhile.
        """
        if self.owner.is_another_living_process():
            return None
        return JournalLock.take(self.path / "lock")

    def is_live(self) -> bool:
        """Whether somebody writes, or recovers, the journal now.

        Raises:
            FileNotFoundError: The journal was removed meanwhile.
        """
        lock = self.take_orphan()
        if lock is None:
            return True
        lock.release()
        return False

    def is_of_this_host(self) -> bool:
        """Whether the owner ran here, so that its fate can be told."""
        return self.owner.host == host_name()

    def remove(self) -> None:
        """Removes the folder; the caller holds the lock and has delivered everything.

        Raises:
            OSError: The disk refuses.
        """
        with suppress(FileNotFoundError):  # the user may have removed it already
            _remove(self.path.rename(self._partial_path))


def journals_path(directory: Path) -> Path:
    """Where the journals of an autolog directory lie."""
    return directory / "journal"


def folders(directory: Path) -> Iterator[JournalFolder]:
    """The journals of an autolog directory, the oldest first."""
    try:
        paths = list(journals_path(directory).iterdir())
    except OSError:
        return
    for path in sorted((path for path in paths if path.suffix != _PARTIAL), key=_changed):
        try:
            folder = JournalFolder(path)
        except ValueError:
            continue
        yield folder


def remove_partial_folders(directory: Path) -> None:
    """Removes the folders that somebody died over making or removing."""
    for path in journals_path(directory).glob(f"*{_PARTIAL}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _LONGEST_MAKING:
                _remove(path)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
