"""The least that keeps a record from dying with the process: encode it, and store it in a file."""

from __future__ import annotations

import mmap
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zlib import crc32

from autolog.codec import encode
from autolog.records import EVENT, pack_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autolog.events import Event

NAME = "encode + mmap"
"""What the table calls it."""

_SIZE = 64 * 1024 * 1024


@contextmanager
def mapped_file(directory: Path) -> Iterator[Callable[[Event], None]]:
    """A file in memory that events are stored in, one behind the other.

    No system call: what those take, in units of what Python takes, differs from one machine to the
    next.

    Yields:
        Stores an event, in the same bytes as the journal; a full file is begun again.
    """
    path = directory / "mapped"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, _SIZE)
    end = 0

    def store(event: Event) -> None:
        nonlocal end
        payload = encode(event)
        record = pack_header(EVENT, len(payload), crc32(payload)) + payload
        start = end if end + len(record) <= _SIZE else 0
        end = start + len(record)
        mapping[start:end] = record

    try:
        with mmap.mmap(descriptor, _SIZE) as mapping:
            yield store
    finally:
        os.close(descriptor)
        path.unlink()
