"""The event file that one journal writes of one run, and what it says of itself."""

from __future__ import annotations

import os
import uuid
from glob import escape
from typing import TYPE_CHECKING

import msgspec

from autolog.sinks.tensorboard.framing import framed, read_frames
from autolog.sinks.tensorboard.messages import NOTE_FIELD, file_start
from autolog.sinks.tensorboard.wire import contents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SECOND = 10**9
_NAME = "events.out.tfevents"
_SECONDS = 10  # digits of the seconds since the epoch in a file's name, by which readers sort
_FIRST_OF_ALL = "0"


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What stands in each record beside what TensorBoard shows.

    Attributes:
        position: Where its event stands in its journal.
        params: The params that it tells.
        begins_trial: Whether it holds the params of the HPARAMS tab.
    """

    position: int
    params: dict[str, str] = {}
    begins_trial: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Note).decode


class RunLog:
    """Appends records to an event file, and knows from them how far the journal has got.

    A process that dies may leave a record unfinished. It is cut off: the same events give the same
    bytes, so that a reader that has seen the beginning of it goes on with its end.

    Args:
        directory: The run's directory; it is made with the first record.
        journal: The journal's id.

    Attributes:
        params: All params that were told.
        has_trial: Whether the HPARAMS tab was told of the run.
    """

    def __init__(self, directory: Path, journal: str) -> None:
        self._directory = directory
        self._journal = journal
        self._position = -1
        self._length = 0
        self.params: dict[str, str] = {}
        self.has_trial = False
        self._is_parent = False
        self._path: Path | None = None
        if directory.is_dir():
            for path in directory.glob(f"{_NAME}.{'?' * _SECONDS}.{escape(journal)}"):
                self._path = path
                self._look(path)

    @property
    def has_children(self) -> bool:
        """Whether runs lie below it, as far as they have begun."""
        if not self._is_parent and self._directory.is_dir():
            self._is_parent = any(place.is_dir() for place in self._directory.iterdir())
        return self._is_parent

    def note_child(self) -> None:
        """A run below it begins."""
        self._is_parent = True

    def lacks(self, position: int) -> bool:
        """Whether the event of a position is not in the file yet."""
        return position > self._position

    def noted(self, note: Note) -> bytes:
        """What is to stand in a record."""
        self.params.update(note.params)
        self.has_trial = self.has_trial or note.begins_trial
        return _encode(note)

    def append(self, records: Sequence[bytes], position: int, time_ns: int) -> None:
        """Adds records.

        Args:
            records: The records, one for each event.
            position: Where the last event stands.
            time_ns: When the first event happened.

        Raises:
            OSError: The file system refuses; a part may have been written.
        """
        if self._path is None:
            self._path = self._new_path(f"{time_ns // _SECOND:0{_SECONDS}d}")
        if not self._length:
            records = [file_start(time_ns), *records]
        content = b"".join(map(framed, records))
        self._directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            if os.fstat(descriptor).st_size > self._length:
                os.ftruncate(descriptor, self._length)
            _write(descriptor, content, self._length)
        finally:
            os.close(descriptor)  # which is when a network file system sends it
        self._length += len(content)
        self._position = position

    def put_first(self, record: bytes, time_ns: int) -> None:
        """Writes a record into a file that readers read before the others, in place of an earlier.

        Readers believe the first that they are told of a trial.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._new_path(_FIRST_OF_ALL)
        unfinished = path.with_name(f".{uuid.uuid4().hex}")
        try:
            unfinished.write_bytes(framed(file_start(time_ns)) + framed(record))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _new_path(self, seconds: str) -> Path:
        return self._directory / f"{_NAME}.{seconds}.{self._journal}"

    def _look(self, path: Path) -> None:
        with path.open("rb") as file:
            for content, end in read_frames(file):
                for note in map(_decode, contents(content, NOTE_FIELD)):
                    self._position = note.position
                    self.noted(note)
                self._length = end


def _write(descriptor: int, content: bytes, place: int) -> None:
    remaining = memoryview(content)
    while remaining:
        written = os.pwrite(descriptor, remaining, place)
        place += written
        remaining = remaining[written:]
