"""The process in which a sink's client works; it ends with the one that it works for."""

from __future__ import annotations

import gc
import importlib
import os
import queue
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import msgspec

from autolog.codec import Undecodable
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.garbage import no_collection
from autolog.sinks.base import Batch
from autolog.sinks.relay.frames import AHEAD, Opening, Reply, decoded, read_frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.sinks.base import Sink

_LOOKS_EVERY = 0.5
_SWITCHES_EVERY = 0.001
_YIELDS_SECONDS = 0.05
_WAITS_SECONDS = 0.02
_YOUNG_OBJECTS = 100_000
"""How many new objects the garbage collector waits for. A batch is tens of thousands, which are
gone once it is written; to look at them would hold up what writes the batch before.
"""


@runtime_checkable
class TellingSink(Protocol):
    """A sink that has something to tell of a batch that it has taken."""

    def told(self, batch: Batch) -> dict[str, str]:
        """What there is to tell."""
        ...


@runtime_checkable
class PreparingSink(Protocol):
    """A sink that can do a part of the work while it writes another batch, and write several.

    Attributes:
        leaves_time: Is set unless the server waits for what this process does.
    """

    leaves_time: threading.Event

    def prepared(self, batch: Batch) -> Batch:
        """The batch, as it is to be written. Called in another thread than the rest."""
        ...

    def write_on(self, batch: Batch, following: Callable[[int], Batch | None]) -> int:
        """Writes a batch and, wholly or not at all with it, as many as it likes of the next ones.

        Args:
            batch: The batch.
            following: Gives the batch that comes next (1), or after that (2, ...), if it is there
                or comes in no time.

        Returns:
            How many of the next ones were written.
        """
        ...


class Order(msgspec.Struct, frozen=True):
    """What is to be done next.

    Attributes:
        batch: The batch that is to be written, or the answer where it could not be read.
        is_ahead: Whether only if the one before was taken.
    """

    batch: Batch | Reply
    is_ahead: bool


def main() -> None:
    """Takes batches from the standard input, and answers on the standard output."""
    parent = os.getppid()
    asked = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a client prints is no answer
    # what is read ahead is not to hold up what is written now
    sys.setswitchinterval(_SWITCHES_EVERY)
    gc.set_threshold(_YOUNG_OBJECTS)
    opening = msgspec.msgpack.decode(read_frame(asked), type=Opening)
    _Worker(opening, parent).work(asked, answers)
    os._exit(0)


class _Worker:
    def __init__(self, opening: Opening, parent: int) -> None:
        self._opening = opening
        self._parent = parent
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._seen: deque[Order | None] = deque()  # taken out to be looked at, but not done
        self._sink: Sink | None = None
        self._ending = False

    def work(self, asked: Any, answers: Any) -> None:
        """Writes batches until nobody asks any more."""
        for watch, arguments in (self._take, (asked,)), (self._watch, ()):
            threading.Thread(target=watch, args=arguments, daemon=True).start()
        reply = Reply()
        while order := self._seen.popleft() if self._seen else self._orders.get():
            if order.is_ahead and (self._ending or not reply.is_taken):
                continue
            try:
                replies = self._written(order.batch)
            except SinkUnavailable as error:
                replies = [Reply(str(error), retry_after=error.retry_after)]
            reply = replies[0]
            for one in replies:
                with suppress(BrokenPipeError):  # nobody asks any more, and the next frame says so
                    write_frame(answers, msgspec.msgpack.encode(one))
            for _ in replies[1:]:  # only now, as it takes its time to forget thousands of events
                self._seen.popleft()
        if self._sink is not None:
            self._sink.close()

    def _written(self, batch: Batch | Reply) -> list[Reply]:
        """The answers to a batch and to those behind it that were written with it."""
        if isinstance(batch, Reply):
            return [batch]
        if self._sink is None:
            self._sink = _open(self._opening)
        sink = self._sink
        try:
            if isinstance(sink, PreparingSink):
                return [Reply()] * (1 + sink.write_on(batch, self._following))
            sink.write(batch)
        except RecordRejected as rejected:
            place = batch.events.index(rejected.event)
            return [Reply(rejected.reason, rejected=place)]
        return [Reply(told=sink.told(batch) if isinstance(sink, TellingSink) else {})]

    def _following(self, place: int) -> Batch | None:
        """What was sent ahead behind the batch that is written, if it can be read."""
        while len(self._seen) < place:
            try:
                self._seen.append(self._orders.get(timeout=_WAITS_SECONDS))
            except queue.Empty:
                return None
        order = self._seen[place - 1]
        if self._ending or order is None or not order.is_ahead or isinstance(order.batch, Reply):
            return None
        return order.batch

    def _take(self, asked: Any) -> None:
        """Ends the process when nobody asks any more, whatever it is about to send."""
        try:
            while True:
                frame = read_frame(asked)
                if isinstance(self._sink, PreparingSink):
                    # the server, which all wait for, comes first; but the next frame may be the end
                    self._sink.leaves_time.wait(_YIELDS_SECONDS)
                batch = _batch(frame[1:])
                if isinstance(self._sink, PreparingSink) and isinstance(batch, Batch):
                    batch = self._sink.prepared(batch)
                self._orders.put(Order(batch, frame[:1] == AHEAD))
        except (EOFError, OSError):
            self._end()

    def _watch(self) -> None:
        """As above, where a child of the other process still holds its end of the pipe."""
        pause = threading.Event()
        while os.getppid() == self._parent:
            pause.wait(_LOOKS_EVERY)
        self._end()

    def _end(self) -> None:
        """Has the sink closed, but does not wait for it for ever."""
        self._ending = True
        self._orders.put(None)
        threading.Event().wait(self._opening.closing_seconds)
        os._exit(0)


def _open(opening: Opening) -> Sink:
    module, _, name = opening.function.partition(":")
    with no_collection():
        sink: Sink = getattr(importlib.import_module(module), name)(*opening.arguments)
        gc.freeze()  # what a client has imported is large, and stays
    return sink


def _batch(content: bytearray) -> Batch | Reply:
    """A batch, or what there is to say where it cannot be read."""
    try:
        return decoded(content)
    except Undecodable as error:
        return Reply(str(error), undecodable=True)
