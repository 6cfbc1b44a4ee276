"""How far one sink has got in one journal, kept in a file of twelve bytes."""

from __future__ import annotations

import os
from struct import Struct
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from pathlib import Path

_position = Struct("<Q")
_checksum = Struct("<I")


class Cursor:
    """A position that survives the process.

    A position that cannot be read counts as the beginning: the sink is offered again what it has
    had, and skips it.

    Args:
        path: The file; it is created by the first advance.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.position = _load(path)

    def advance(self, position: int) -> None:
        """Notes that everything before `position` has been delivered.

        Raises:
            OSError: The disk refuses; the position holds for this process all the same.
        """
        self.position = position
        packed = _position.pack(position)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(descriptor, packed + _checksum.pack(crc32(packed)), 0)
        finally:
            os.close(descriptor)


def _load(path: Path) -> int:
    try:
        content = path.read_bytes()
    except OSError:
        return 0
    packed, checksum = content[: _position.size], content[_position.size :]
    if len(packed) != _position.size or checksum != _checksum.pack(crc32(packed)):
        return 0
    return int(_position.unpack(packed)[0])
