"""The process in which MLflow's client works; it ends with the one that it works for."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path
from typing import Any

import msgspec

from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.base import Batch
from autolog.sinks.mlflow.frames import Reply, SentBatch, Setup, read_frame, write_frame
from autolog.sinks.mlflow.location import without_password

_LOOKS_EVERY = 0.5


def main() -> None:
    """Takes batches from the standard input, and answers on the standard output."""
    parent = os.getppid()
    asked = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what MLflow prints is no answer
    frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for watch in (_take, asked, frames), (_watch, parent):
        threading.Thread(target=watch[0], args=watch[1:], daemon=True).start()
    setup = msgspec.msgpack.decode(frames.get(), type=Setup)
    sink = None
    while True:
        sent = msgspec.msgpack.decode(frames.get(), type=SentBatch)
        batch = Batch(sent.journal, sent.events, sent.positions, sent.end)
        try:
            sink = sink or _open(setup)
            reply = _written(sink, batch)
        except SinkUnavailable as error:
            reply = Reply(str(error), retry_after=error.retry_after)
        write_frame(answers, msgspec.msgpack.encode(reply))


def _open(setup: Setup) -> Any:
    from mlflow.exceptions import MlflowException

    from autolog.sinks.mlflow.refusal import listen
    from autolog.sinks.mlflow.sink import MLflowSink

    try:
        sink = MLflowSink(setup.location, Path(setup.artifacts))
    except MlflowException as error:  # a kind of store that it does not know, or no longer
        reason = without_password(str(error), setup.location.tracking_uri)
        raise SinkUnavailable(reason) from error
    listen()
    return sink


def _written(sink: Any, batch: Batch) -> Reply:
    try:
        sink.write(batch)
    except RecordRejected as rejected:
        place = batch.events.index(rejected.event)
        return Reply(rejected.reason, rejected=place)
    of_batch = {event.run_id for event in batch.events}
    ids = sink.ids()
    return Reply(ids={run_id: ids[run_id] for run_id in of_batch & ids.keys()})


def _take(asked: Any, frames: queue.SimpleQueue[bytes]) -> None:
    """Ends the process when nobody asks any more, whatever it is about to send."""
    try:
        while True:
            frames.put(read_frame(asked))
    except (EOFError, OSError):
        os._exit(0)


def _watch(parent: int) -> None:
    """As above, where a child of the other process still holds its end of the pipe."""
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(_LOOKS_EVERY)
    os._exit(0)
