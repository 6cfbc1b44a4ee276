"""What passes between a sink and the process that works for it: frames of a length and bytes."""

from __future__ import annotations

from struct import Struct
from typing import Any

import msgspec
from msgspec.structs import astuple

from autolog.events import AnyEvent  # noqa: TC001 - msgspec reads it
from autolog.sinks.base import AnyBatch, Batch, UndecodedBatch

_length = Struct("<Q")

WRITE = b"w"
"""Begins a frame with a batch that is to be written."""

AHEAD = b"a"
"""Begins a frame with a batch that is to be written if the one before it was taken. If it was not,
this one is forgotten, and nobody answers.
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


class _Decoded(msgspec.Struct, frozen=True, tag="events"):
    """A batch of events, as it is read back."""

    journal: str
    events: tuple[AnyEvent, ...]
    positions: tuple[int, ...]
    end: int


class _Undecoded(msgspec.Struct, frozen=True, tag="records"):
    """A batch as the journal has it."""

    journal: str
    content: bytes
    position: int
    end: int
    count: int


class Reply(msgspec.Struct, frozen=True):
    """How a batch was taken.

    Attributes:
        reason: Why it was not; empty where it was.
        retry_after: Seconds that the server asked to be left alone for.
        rejected: Which event the server will never take.
        undecodable: Whether it could not even be read.
        told: What the sink has to tell of the batch.
    """

    reason: str = ""
    retry_after: float | None = None
    rejected: int | None = None
    undecodable: bool = False
    told: dict[str, str] = {}

    @property
    def is_taken(self) -> bool:
        """Whether the batch was taken."""
        return not (self.reason or self.undecodable or self.rejected is not None)


def encoded(batch: AnyBatch) -> bytes:
    """The bytes of a batch."""
    of_events = isinstance(batch, Batch)
    return msgspec.msgpack.encode((_Decoded if of_events else _Undecoded)(*astuple(batch)))


def decoded(content: bytes | bytearray) -> Batch:
    """The batch again.

    Raises:
        msgspec.DecodeError: It, or something in it, means nothing to this version.
        UnicodeDecodeError: A text in an event is not UTF-8.
        RecursionError: One is nested too deeply.
    """
    batch = msgspec.msgpack.decode(content, type=_Decoded | _Undecoded)
    if isinstance(batch, _Undecoded):
        return UndecodedBatch(*astuple(batch)).decoded()
    return Batch(*astuple(batch))


def write_frame(pipe: Any, content: bytes) -> None:
    """Sends a frame through a pipe that is not buffered.

    Raises:
        OSError: Nobody reads it.
    """
    remaining = memoryview(_length.pack(len(content)) + content)
    while remaining:
        remaining = remaining[pipe.write(remaining) :]


def read_frame(pipe: Any) -> bytearray:
    """Takes the next frame.

    Raises:
        EOFError: There are no more.
    """
    (length,) = _length.unpack(_read(pipe, _length.size))
    return _read(pipe, length)


def _read(pipe: Any, size: int) -> bytearray:
    content = bytearray(size)
    remaining = memoryview(content)
    while remaining:
        count = pipe.readinto(remaining)
        if not count:
            raise EOFError("the other side of a pipe is gone")
        remaining = remaining[count:]
    return content
