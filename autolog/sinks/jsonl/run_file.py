"""The file that one journal writes of one run: only ever appended to, by one process at a time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

_TAIL = 64 * 1024
_decoder = msgspec.json.Decoder(dict)


class RunFile:
    """Appends lines to a file, and knows from its last line how far the journal has got.

    A process that dies may leave a line unfinished; it is left as it is, and ended by a line
    break, so that who reads the file meanwhile sees it only grow.

    Args:
        path: The file; it is made with its first line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_torn = False
        self._position = -1
        if path.exists():
            self._look()

    def lacks(self, position: int) -> bool:
        """Whether the event of a position is not in the file yet."""
        return position > self._position

    def append(self, lines: bytes, position: int) -> None:
        """Adds lines, of which the last stands at a position.

        Raises:
            OSError: The file system refuses; a part may have been written.
        """
        if self._is_torn:
            lines = b"\n" + lines
        descriptor = os.open(
            self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666
        )
        try:
            remaining = memoryview(lines)
            while remaining:
                remaining = remaining[os.write(descriptor, remaining) :]
        finally:
            os.close(descriptor)  # which is when a network file system sends it
        self._is_torn = False
        self._position = position

    def _look(self) -> None:
        """Finds the last whole line."""
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            tail, read = b"", 0
            while read < size and self._position < 0:
                read = min(size, max(_TAIL, 2 * read))
                file.seek(size - read)
                tail = file.read(read)
                self._position = _last_position(tail, whole=read == size)
        self._is_torn = bool(tail) and not tail.endswith(b"\n")


def _last_position(tail: bytes, *, whole: bool) -> int:
    lines = tail.split(b"\n")
    for line in reversed(lines[0 if whole else 1 : -1]):
        try:
            position = _decoder.decode(line).get("position")
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # one that a process had not finished when it died
        if isinstance(position, int):
            return position
    return -1


def journal_of(path: Path) -> str | None:
    """The journal that began a run's file; None where there is no such file."""
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    return str(_decoder.decode(line)["journal"])
                except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
                    continue  # not finished when a process died
    except FileNotFoundError:
        return None
    return None
