"""A real MLflow server on this machine, and its own client to look into it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from autolog.sinks.mlflow.location import location
from autolog.sinks.mlflow.refusal import listen

# MLflow is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("mlflow") else ["test_*.py"]

STARTS_WITHIN = 120
QUIET = {"DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The `host:port` of a server with an SQLite backend, which ends with the tests."""
    folder = tmp_path_factory.mktemp("server")
    arguments = [
        *("server", "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    variables = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # which takes ten processes
    with running(arguments, folder, "health", **variables) as address:
        yield address


@pytest.fixture
def serve(tmp_path):
    """Serves a model over HTTP, until the end of the test; gives the address."""
    with ExitStack() as served:

        def start(model, tracking_uri):
            arguments = ["models", "serve", "--env-manager", "local", "--model-uri", model]
            variables = {"MLFLOW_TRACKING_URI": tracking_uri}
            address = served.enter_context(running(arguments, tmp_path, "ping", **variables))
            return f"http://{address}"

        yield start


@contextmanager
def running(arguments, folder, path, **variables):
    """Runs a command of MLflow's that serves something; gives its `host:port`."""
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
            wait_for(f"http://127.0.0.1:{port}/{path}", process, log)
            yield f"127.0.0.1:{port}"
        finally:
            stop(process)


def wait_for(address, process, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"the server did not start: {log.read()}")


def stop(process):
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


@pytest.fixture(scope="session")
def mlflow_client():
    """MLflow's client class; importing it warns of what is no business of ours."""
    os.environ.update(QUIET)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient
    return MlflowClient


@pytest.fixture
def client(server, mlflow_client):
    """A client of the server."""
    return mlflow_client(f"http://{server}")


@pytest.fixture(autouse=True)
def surroundings(request, monkeypatch):
    """No variables of the user's; and a server that is to hang is not waited for as long."""
    seconds = "2" if "hangs" in request.node.name else "30"
    for name, value in {**QUIET, "MLFLOW_HTTP_REQUEST_TIMEOUT": seconds}.items():
        monkeypatch.setenv(name, value)
    for name in ("TRACKING_URI", "RUN_ID", "EXPERIMENT_NAME", "EXPERIMENT_ID"):
        monkeypatch.delenv(f"MLFLOW_{name}", raising=False)


@pytest.fixture
def in_this_process(monkeypatch, mlflow_client):
    """Opens sinks that work here, as they do in the process that is theirs elsewhere."""
    from urllib3.util.retry import Retry

    from autolog.sinks.mlflow.sink import MLflowSink

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(Retry, "increment", Retry.increment)  # and back, after the test
    listen()
    return lambda uri, directory: MLflowSink(location(uri, directory), directory / "artifacts")
