"""What passes between a sink and the process that works for it: frames of a length and bytes."""

from __future__ import annotations

from struct import Struct
from typing import Any

import msgspec

from autolog.events import AnyEvent  # noqa: TC001 - msgspec reads it
from autolog.sinks.mlflow.location import Location  # noqa: TC001 - msgspec reads it

_length = Struct("<Q")


class Setup(msgspec.Struct, frozen=True):
    """The first frame: where everything goes.

    Attributes:
        location: The server, and the experiment.
        artifacts: The folder that holds the artifacts of each run.
    """

    location: Location
    artifacts: str


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
        ids: The server's ids of the runs of the batch, by autolog's.
    """

    reason: str = ""
    retry_after: float | None = None
    rejected: int | None = None
    ids: dict[str, str] = {}


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
