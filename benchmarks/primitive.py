"""The least that keeps a record from dying with the process: encode it, and write it to a file."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zlib import crc32

from autolog.codec import encode
from autolog.delivery.record import EVENT, pack_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autolog.events import Event

NAME = "encode + os.write"
"""What the table calls it."""


@contextmanager
def plain_file(directory: Path) -> Iterator[Callable[[Event], None]]:
    """A file that events are appended to, with one system call each.

    Yields:
        Writes an event, in the same bytes as the journal.
    """
    path = directory / "plain"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(event: Event) -> None:
        payload = encode(event)
        os.write(descriptor, pack_header(EVENT, len(payload), crc32(payload)) + payload)

    try:
        yield write
    finally:
        os.close(descriptor)
        path.unlink()
