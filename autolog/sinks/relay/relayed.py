"""Hands batches to the process in which a sink's client works.

A client may take seconds of the GIL to import, a hundred megabytes, and settings of logging and
signals that are the process's. And where it waits for a server that does not answer, its process
can be ended.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import autolog
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.base import OutOfProcessSink, UndecodedBatch
from autolog.sinks.relay.frames import (
    AHEAD,
    WRITE,
    Opening,
    Reply,
    encoded,
    read_frame,
    write_frame,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autolog.sinks.base import AnyBatch, Batch

_ROOT = str(Path(str(autolog.__file__)).parents[1])
_MAIN = (
    f"import sys; sys.path.append({_ROOT!r}); from autolog.sinks.relay.worker import main; main()"
)
_CLOSING_SECONDS = 2.0
_LAST_WORDS = 2000

_closing: list[subprocess.Popen[bytes]] = []
"""Processes that close their sinks, and are not waited for any longer."""


class RelayedSink(OutOfProcessSink):
    """A sink in another process, which is started with the first batch.

    While that process writes a batch, it is sent the next ones, if they are there already, and goes
    on with them by itself: an answer may have been there for long when its batch is to be written.

    Args:
        name: Whom the other process talks to, for messages.
        opening: How the sink is opened there.
        directory: The autolog directory.
        environment: Variables of the other process, besides those of this one.
        without_secrets: Takes out of a message what nobody is to read.
        heard: Called with what the sink tells of a batch.
        patience: Seconds after which a sink that does not answer is given up on, or what gives
            them for a batch; None for a sink that does so itself.
        events_at_once: How many events are in a batch, at most.
        ahead: How many batches are sent ahead, at most. The other process reads one while it
            writes another, so that two are enough, unless the sink writes several at once.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(
        self,
        name: str,
        opening: Opening,
        directory: Path,
        *,
        environment: Mapping[str, str] | None = None,
        without_secrets: Callable[[str], str] = str,
        heard: Callable[[dict[str, str]], object] | None = None,
        patience: float | Callable[[Batch], float] | None = None,
        events_at_once: int = 4000,
        ahead: int = 2,
    ) -> None:
        self._name = name
        self._opening = opening
        self._directory = directory
        self._environment = environment or {}
        self._without_secrets = without_secrets
        self._heard = heard
        self._patience = patience
        self._ahead = ahead
        # what is to be looked at here is decoded bit by bit, by the consumer
        self.takes_undecoded = 0 if callable(patience) else events_at_once
        self._process: subprocess.Popen[bytes] | None = None
        self._said: Any = None
        self._under_way: deque[AnyBatch] = deque()

    def write(self, batch: AnyBatch) -> None:
        """Has the other process send a batch.

        Raises:
            SinkUnavailable: It cannot do so now.
            RecordRejected: The server will never take one of the events.
            msgspec.DecodeError: An event of an undecoded batch cannot be decoded.
        """
        try:
            reply = self._ask(batch)
        except TimeoutError as error:
            self.close()
            raise SinkUnavailable(str(error)) from error
        except (OSError, EOFError) as error:
            raise SinkUnavailable(self._last_words(error)) from error
        except BaseException:
            self.close()  # an answer that nobody has read would be taken for the next one
            raise
        if reply.undecodable:
            _decoded(batch)  # raises what is wrong with it, if that is the batch
            self.close()  # it is of another version, if one was installed meanwhile
            raise SinkUnavailable(
                f"The process that talks to {self._name} cannot read a batch: {reply.reason}."
            )
        if self._heard is not None:
            self._heard(reply.told)
        if reply.rejected is not None:
            raise RecordRejected(_decoded(batch).events[reply.rejected], reply.reason)
        if reply.reason:
            raise SinkUnavailable(reply.reason, retry_after=reply.retry_after)

    def close(self) -> None:
        """Ends the other process."""
        process, self._process = self._process, None
        said, self._said = self._said, None
        if said is not None:
            said.close()
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        closing = self._opening.closing_seconds
        try:
            process.wait(min(closing, self.exit_timeout) + _CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            if closing > self.exit_timeout:
                _closing.append(process)  # it ends by itself
            else:
                process.kill()
                process.wait()

    def _ask(self, batch: AnyBatch) -> Reply:
        if self._under_way and self._under_way[0] is not batch:
            self.close()  # the next answer would be that to another batch
        process = self._process or self._start()
        if self._under_way:
            self._under_way.popleft()
        else:
            write_frame(process.stdin, WRITE + encoded(batch))
        while len(self._under_way) < self._ahead:
            following = self.following(len(self._under_way) + 1)
            if following is None:
                break
            write_frame(process.stdin, AHEAD + encoded(following))
            self._under_way.append(following)
        if self._patience is not None:
            patience = self._patience
            if callable(patience):
                patience = patience(_decoded(batch))
            self._wait_for_answer(process, patience)
        reply = msgspec.msgpack.decode(read_frame(process.stdout), type=Reply)
        if not reply.is_taken:
            self._under_way.clear()
        return reply

    def _wait_for_answer(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        answers = select.poll()
        answers.register(process.stdout or -1, select.POLLIN)
        if not answers.poll(seconds * 1000):
            raise TimeoutError(f"{self._name} has not answered for {seconds:g} seconds.")

    def _start(self) -> subprocess.Popen[bytes]:
        self._under_way.clear()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-W", "ignore", "-c", _MAIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            bufsize=0,
            cwd=self._directory.parent,
            env={**os.environ, "AUTOLOG": "0", "OMP_NUM_THREADS": "1", **self._environment},
            start_new_session=True,  # Ctrl-C is meant for the training
        )
        write_frame(self._process.stdin, msgspec.msgpack.encode(self._opening))
        return self._process

    def _last_words(self, error: Exception) -> str:
        """Why the process has ended, as far as it said, or could not be started."""
        if self._process is None:
            self.close()
            return f"No process for {self._name} can be started: {error}."
        said = self._said
        words = ""
        if said is not None:
            said.seek(0, os.SEEK_END)
            said.seek(max(0, said.tell() - _LAST_WORDS))
            lines = said.read().decode(errors="replace").split("\n")
            words = next((f": {line.strip()}" for line in reversed(lines) if line.strip()), "")
        self.close()
        return f"The process that talks to {self._name} has ended{self._without_secrets(words)}"


def _decoded(batch: AnyBatch) -> Batch:
    return batch.decoded() if isinstance(batch, UndecodedBatch) else batch
