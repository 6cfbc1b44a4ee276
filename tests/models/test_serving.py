"""`mlflow models serve` answers with our models."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

STARTS_WITHIN = 90


@pytest.fixture
def server(model, mlflow_environment, tmp_path):
    """The address of a server for the model, which is stopped after the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["models", "serve", "--env-manager", "local", "--model-uri", str(model)]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *arguments, *where],
            env=mlflow_environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process, log)
        finally:
            stop(process)


def wait_for(address, process, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/ping", timeout=5):
                return address
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"the server did not start: {log.read()}")


def stop(process):
    """Ends the server with the processes that it has started."""
    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(address, data):
    request = urllib.request.Request(
        f"{address}/invocations",
        json.dumps({"dataframe_split": data}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def test_a_model_is_served_and_its_signature_enforced(server, iris, expected):
    rows = iris[0][::10].to_dict("split", index=False)

    assert ask(server, rows) == {"predictions": expected}

    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(server, {**rows, "columns": ["other", *rows["columns"][1:]]})

    assert refused.value.code == 400
    assert "missing inputs" in refused.value.read().decode()
