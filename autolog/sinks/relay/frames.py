"""What passes between a sink and the process that works for it: frames of a length and bytes."""

from __future__ import annotations

from struct import Struct
from typing import Any

import msgspec

from autolog.events import AnyEvent  # noqa: TC001 - msgspec reads it

_length = Struct("<Q")

WRITE = b"w"
"""Begins a frame with a batch that is to be written; without one, it is that sent ahead."""

AHEAD = b"a"
"""Begins a frame with a batch that is only to be kept, until it is to be written; it takes the
place of one kept before, and nobody answers.
"""


class Opening(msgspec.Struct, frozen=True):
    """The first frame: how the sink is opened there.

    Attributes:
        function: The function that opens it, as `module:name`.
        arguments: What the function is given.
        closing_seconds: How long closing the sink may take where nobody asks any more, for which
            nobody waits longer than for any sink; where it is 0, the process just ends.
    """

    function: str
    arguments: tuple[str | None, ...]
    closing_seconds: float = 0.0


class SentBatch(msgspec.Struct, frozen=True):
    """A batch, as it is read back."""

    journal: str
    events: tuple[AnyEvent, ...]
    positions: tuple[int, ...]
    end: int


class Reply(msgspec.Struct, frozen=True):
    """How a batch was taken.

    Attributes:
        reason: Why it was not; empty where it was.
        retry_after: Seconds that the server asked to be left alone for.
        rejected: Which event the server will never take.
        told: What the sink has to tell of the batch.
    """

    reason: str = ""
    retry_after: float | None = None
    rejected: int | None = None
    told: dict[str, str] = {}


def write_frame(pipe: Any, content: bytes) -> None:
    """Sends a frame through a pipe that is not buffered.

    Raises:
        OSError: Nobody reads it.
    """
    remaining = memoryview(_length.pack(len(content)) + content)
    while remaining:
        remaining = remaining[pipe.write(remaining) :]


def read_frame(pipe: Any) -> bytes:
    """Takes the next frame.

    Raises:
        EOFError: There are no more.
    """
    (length,) = _length.unpack(_read(pipe, _length.size))
    return _read(pipe, length)


def _read(pipe: Any, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        piece = pipe.read(size - len(content))
        if not piece:
            raise EOFError("the other side of a pipe is gone")
        content += piece
    return bytes(content)
