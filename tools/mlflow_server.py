"""A real MLflow server on this machine, for tests and benchmarks, that ends with them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STARTS_WITHIN = 120
QUIET = {"DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}


class NotStarted(Exception):
    """A server does not answer; with what it has said."""


@contextmanager
def tracking_server(folder: Path) -> Iterator[str]:
    """Runs a tracking server with an SQLite backend.

    Args:
        folder: Where all its files are.

    Yields:
        Its `host:port`.

    Raises:
        NotStarted: It does not answer.
    """
    arguments = [
        *("server", "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    variables = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # which takes ten processes
    with running(arguments, folder, "health", **variables) as address:
        yield address


@contextmanager
def running(arguments: Sequence[str], folder: Path, path: str, **variables: str) -> Iterator[str]:
    """Runs a command of MLflow's that serves something.

    Args:
        arguments: The command's arguments, without the address.
        folder: Where what it says is kept.
        path: What answers once it is up.
        **variables: Variables of its environment.

    Yields:
        Its `host:port`.

    Raises:
        NotStarted: It does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", *arguments]
    # MLflow starts servers by name, which lie beside the interpreter
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | QUIET | {"PATH": programs} | variables
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/{path}", process, log)
            yield f"127.0.0.1:{port}"
        finally:
            _stop(process)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Any) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    raise NotStarted(log.read())


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server with the processes that it has started."""
    for way in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, way)
            process.wait(10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return
