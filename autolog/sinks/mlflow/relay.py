"""Hands batches to the process in which MLflow's client works.

MLflow is no small thing to import into somebody's training: it takes seconds of the GIL, a hundred
megabytes, and settings of logging and HTTP that are the process's, such as that a request to a
dead server is repeated for minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import autolog
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.sinks.mlflow.frames import Reply, Setup, read_frame, write_frame
from autolog.sinks.mlflow.location import without_password
from autolog.sinks.mlflow.user_runs import mlflow_ids

if TYPE_CHECKING:
    from autolog.sinks.base import Batch
    from autolog.sinks.mlflow.location import Location

_ROOT = str(Path(str(autolog.__file__)).parents[1])
_MAIN = (
    f"import sys; sys.path.append({_ROOT!r}); from autolog.sinks.mlflow.worker import main; main()"
)
_CLOSING_SECONDS = 2.0
_REQUEST_SECONDS = "30"
_LAST_WORDS = 2000

_of_process = {
    "AUTOLOG": "0",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # the consumer tries again, and knows when to stop
    "OMP_NUM_THREADS": "1",
}


class RelayedSink:
    """A sink in another process, which is started with the first batch.

    Args:
        location: The server, and the experiment.
        directory: The autolog directory.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, location: Location, directory: Path) -> None:
        self._setup = Setup(location, str(directory / "artifacts"))
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._said: Any = None

    def write(self, batch: Batch) -> None:
        """Has the other process send a batch.

        Raises:
            SinkUnavailable: It cannot do so now.
            RecordRejected: The server will never take one of the events.
        """
        try:
            reply = self._ask(batch)
        except (OSError, EOFError) as error:
            raise SinkUnavailable(self._last_words(error)) from error
        except BaseException:
            self.close()  # an answer that nobody has read would be taken for the next one
            raise
        mlflow_ids.update(reply.ids)
        if reply.rejected is not None:
            raise RecordRejected(batch.events[reply.rejected], reply.reason)
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
        try:
            process.wait(_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _ask(self, batch: Batch) -> Reply:
        process = self._process or self._start()
        write_frame(process.stdin, msgspec.msgpack.encode(batch))
        return msgspec.msgpack.decode(read_frame(process.stdout), type=Reply)

    def _start(self) -> subprocess.Popen[bytes]:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        environment = {"MLFLOW_HTTP_REQUEST_TIMEOUT": _REQUEST_SECONDS, **os.environ, **_of_process}
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-W", "ignore", "-c", _MAIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            bufsize=0,
            cwd=self._directory.parent,
            env=environment,
            start_new_session=True,  # Ctrl-C is meant for the training
        )
        write_frame(self._process.stdin, msgspec.msgpack.encode(self._setup))
        return self._process

    def _last_words(self, error: Exception) -> str:
        """Why the process has ended, as far as it said, or could not be started."""
        if self._process is None:
            self.close()
            return f"No process for MLflow can be started: {error}."
        said = self._said
        words = ""
        if said is not None:
            said.seek(0, os.SEEK_END)
            said.seek(max(0, said.tell() - _LAST_WORDS))
            lines = said.read().decode(errors="replace").split("\n")
            words = next((f": {line.strip()}" for line in reversed(lines) if line.strip()), "")
        self.close()
        words = without_password(words, self._setup.location.tracking_uri)
        return f"The process that talks to MLflow has ended{words}"
