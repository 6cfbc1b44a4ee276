"""The process in which a sink's client works; it ends with the one that it works for."""

from __future__ import annotations

import gc
import importlib
import os
import queue
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import msgspec

from autolog.errors import RecordRejected, SinkUnavailable
from autolog.garbage import no_collection
from autolog.sinks.base import Batch
from autolog.sinks.relay.frames import AHEAD, Opening, Reply, SentBatch, read_frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.sinks.base import Sink

_LOOKS_EVERY = 0.5


@runtime_checkable
class TellingSink(Protocol):
    """A sink that has something to tell of a batch that it has taken."""

    def told(self, batch: Batch) -> dict[str, str]:
        """What there is to tell."""
        ...


def main() -> None:
    """Takes batches from the standard input, and answers on the standard output."""
    parent = os.getppid()
    asked = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a client prints is no answer
    opening = msgspec.msgpack.decode(read_frame(asked), type=Opening)
    batches: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
    end = partial(_end, batches, opening.closing_seconds)
    for watch in (_take, asked, batches, end), (_watch, parent, end):
        threading.Thread(target=watch[0], args=watch[1:], daemon=True).start()
    sink = None
    while batch := batches.get():
        try:
            sink = sink or _open(opening)
            reply = _written(sink, batch)
        except SinkUnavailable as error:
            reply = Reply(str(error), retry_after=error.retry_after)
        with suppress(BrokenPipeError):  # nobody asks any more, and the next frame says so
            write_frame(answers, msgspec.msgpack.encode(reply))
    if sink is not None:
        sink.close()
    os._exit(0)


def _open(opening: Opening) -> Sink:
    module, _, name = opening.function.partition(":")
    with no_collection():
        sink: Sink = getattr(importlib.import_module(module), name)(*opening.arguments)
        gc.freeze()  # what a client has imported is large, and stays
    return sink


def _written(sink: Sink, batch: Batch) -> Reply:
    try:
        sink.write(batch)
    except RecordRejected as rejected:
        place = batch.events.index(rejected.event)
        return Reply(rejected.reason, rejected=place)
    return Reply(told=sink.told(batch) if isinstance(sink, TellingSink) else {})


def _take(asked: Any, batches: queue.SimpleQueue[Batch | None], end: Callable[[], None]) -> None:
    """Ends the process when nobody asks any more, whatever it is about to send."""
    ahead: Batch | None = None
    try:
        while True:
            frame = read_frame(asked)
            batch = _batch(frame[1:]) if len(frame) > 1 else ahead
            if frame[:1] == AHEAD:
                ahead = batch
            else:
                batches.put(batch)
    except (EOFError, OSError):
        end()
    except msgspec.DecodeError as error:  # of another version, if one was installed meanwhile
        print(error, file=sys.stderr)  # noqa: T201 - the last words, which the other process reads
        end()


def _batch(content: bytes) -> Batch:
    sent = msgspec.msgpack.decode(content, type=SentBatch)
    return Batch(sent.journal, sent.events, sent.positions, sent.end)


def _watch(parent: int, end: Callable[[], None]) -> None:
    """As above, where a child of the other process still holds its end of the pipe."""
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(_LOOKS_EVERY)
    end()


def _end(batches: queue.SimpleQueue[Batch | None], closing_seconds: float) -> None:
    """Has the sink closed, but does not wait for it for ever."""
    batches.put(None)
    threading.Event().wait(closing_seconds)
    os._exit(0)
