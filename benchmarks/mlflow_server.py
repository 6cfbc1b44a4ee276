"""How fast one run's metrics get into a real MLflow server, beside MLflow's own client."""

from __future__ import annotations

import json
import tempfile
import urllib.request
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure
from benchmarks.sample import NAMES, metrics_of
from benchmarks.sinks import logged
from tools.mlflow_server import tracking_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = 20_000
_QUICK_STEPS = 1_000
_AT_ONCE = 1000
"""The metrics that MLflow takes in one request."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Points per second from the first call until the server has the last."""
    steps = _QUICK_STEPS if quick else _STEPS
    points = steps * len(NAMES)
    with (
        tempfile.TemporaryDirectory(prefix="autolog-benchmark-") as folder,
        tracking_server(Path(folder)) as address,
    ):
        uri = f"mlflow+http://{address}"
        logged(uri, 10)  # makes the experiment
        ours = points / logged(uri, steps)[1]
        going = points / logged(uri, steps, begins=False)[1]
        limit = points / _posted(f"http://{address}", steps)
        yield Figure("run to an MLflow server", "points/s", ours, limit, "its requests alone")
        what = "run to an MLflow server, the sink's process under way"
        yield Figure(what, "points/s", going, limit, "its requests alone")
        theirs = points / _by_client(f"http://{address}", steps)
        yield Figure("run to an MLflow server", "points/s", ours, theirs, "log_batch by 1000")
        # one call per step is what code without batches of its own does; it takes its time
        few = steps // 20
        slowly = few * len(NAMES) / _by_client(f"http://{address}", few, at_once=len(NAMES))
        yield Figure("run to an MLflow server", "points/s", ours, slowly, "log_batch per step")


def _by_client(server: str, steps: int, *, at_once: int = _AT_ONCE) -> float:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

    client = MlflowClient(server)
    run = client.create_run("0").info.run_id
    started = perf_counter()
    waiting: list[Metric] = []
    for step in range(steps):
        waiting += [
            Metric(name, value, 1_700_000_000_000, step) for name, value in metrics_of(step).items()
        ]
        if len(waiting) >= at_once or step == steps - 1:
            client.log_batch(run, waiting)
            waiting = []
    return perf_counter() - started


def _posted(server: str, steps: int) -> float:
    """The server's own limit: requests that are ready before the clock starts."""
    made = _post(f"{server}/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": 1})
    run = made["run"]["info"]["run_id"]
    points = [
        {"key": name, "value": value, "timestamp": 1_700_000_000_000, "step": step}
        for step in range(steps)
        for name, value in metrics_of(step).items()
    ]
    bodies = [
        json.dumps({"run_id": run, "metrics": points[first : first + _AT_ONCE]}).encode()
        for first in range(0, len(points), _AT_ONCE)
    ]
    started = perf_counter()
    for body in bodies:
        _request(f"{server}/api/2.0/mlflow/runs/log-batch", body)
    return perf_counter() - started


def _post(address: str, content: dict[str, Any]) -> Any:
    return json.loads(_request(address, json.dumps(content).encode()))


def _request(address: str, body: bytes) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        content: bytes = answer.read()
    return content
