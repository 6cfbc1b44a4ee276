"""The files that a journal is made of, written through a memory map or, failing that, appended."""

from __future__ import annotations

import mmap
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SEGMENT_SIZE = 4 * 1024 * 1024
"""Bytes of a segment; one is mapped at a time, so this bounds the memory that a journal takes."""

MUCH = 128 * 1024
"""Bytes after which a segment has its writer look up from appending."""

_ZEROS = bytes(1024 * 1024)


class Segment:
    """The segment that is written to now.

    Attributes:
        number: Its place in the journal, from 1.
        end: Bytes written so far.
        capacity: Up to where records may be put into the mapping without `append`, which looks
            for more; 0 where there is no mapping.
        mapping: The memory that is the file.
    """

    __slots__ = ("capacity", "end", "mapping", "number")

    mapping: mmap.mmap

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.end = 0
        self.capacity = 0

    def append(self, record: bytes) -> bool:
        """Writes a record wholly or not at all; False where the next segment has to take it."""
        del record
        return False

    def close(self) -> None:
        """Lets go of the file. Nothing is written any more."""


class MappedSegment(Segment):
    """A segment in memory that the kernel writes out, whatever becomes of the process.

    Args:
        path: The file to create.
        number: Its place in the journal.
        size: Its length in bytes.

    Raises:
        OSError: The disk has no room, or the file system maps no files.
    """

    __slots__ = ("_size",)

    def __init__(self, path: Path, number: int, size: int) -> None:
        super().__init__(number)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            # without its blocks, a full disk would be a SIGBUS at the first store into the page
            _allocate(descriptor, size)
            self.mapping = mmap.mmap(descriptor, size)
            # else the first store waits until the kernel has read ahead: milliseconds
            self.mapping.madvise(mmap.MADV_RANDOM)
        except (OSError, ValueError):
            path.unlink()
            raise
        finally:
            os.close(descriptor)
        self._size = size
        self.capacity = min(size, MUCH)

    def append(self, record: bytes) -> bool:
        """Stores a record; False where there is no room for it."""
        start = self.end
        end = start + len(record)
        if end > self._size:
            return False
        self.end = end
        self.mapping[start:end] = record
        self.capacity = min(self._size, end + MUCH)
        return True

    def close(self) -> None:
        """Lets go of the mapping; what was stored stays."""
        self.capacity = self._size = 0
        self.mapping.close()


class AppendedSegment(Segment):
    """A segment that is written by one system call per record.

    Args:
        path: The file to create.
        number: Its place in the journal.

    Raises:
        OSError: The disk refuses the file.
    """

    __slots__ = ("_descriptor",)

    def __init__(self, path: Path, number: int) -> None:
        super().__init__(number)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)

    def append(self, record: bytes) -> bool:
        """Writes a record wholly or not at all; False where the segment is long enough.

        Raises:
            OSError: The disk refuses.
        """
        if self.end and self.end + len(record) > SEGMENT_SIZE:
            return False
        written = 0
        try:
            # the disk may take a part; why it refuses the rest is told when that is offered
            while written < len(record):
                written += os.write(self._descriptor, record[written:])
        except OSError:
            os.ftruncate(self._descriptor, self.end)
            raise
        # added to what is there by now: a signal handler may have appended in the meantime
        self.end += written
        return True

    def close(self) -> None:
        """Lets go of the file; once is enough."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _allocate(descriptor: int, size: int) -> None:
    if sys.platform != "darwin":
        os.posix_fallocate(descriptor, 0, size)
        return
    for start in range(0, size, len(_ZEROS)):
        os.write(descriptor, _ZEROS[: size - start])
