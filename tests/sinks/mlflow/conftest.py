"""A real MLflow server on this machine, and its own client to look into it."""

from __future__ import annotations

import os
import warnings
from contextlib import ExitStack
from importlib.util import find_spec

import pytest

from autolog.sinks.mlflow.location import location
from autolog.sinks.mlflow.refusal import listen
from tools.mlflow_server import QUIET, running, tracking_server

# MLflow is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("mlflow") else ["test_*.py"]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The `host:port` of a server with an SQLite backend, which ends with the tests."""
    with tracking_server(tmp_path_factory.mktemp("server")) as address:
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

    def open_here(uri, directory):
        place = location(uri, directory)
        # which the process of its own is told, as older clients ask that
        monkeypatch.setenv("MLFLOW_TRACKING_URI", place.tracking_uri)
        return MLflowSink(place, directory / "artifacts")

    return open_here
