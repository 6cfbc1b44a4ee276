"""How fast one run's metrics get onto an SQL server, and what a server that is down costs."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING

import autolog
from autolog.sinks.sql.location import address
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.sample import NAMES, metrics_of
from tools.postgresql import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.postgresql import Server

_STEPS = 20_000
_QUICK_STEPS = 2_000
_ROUNDS = 5
_NOWHERE = "postgresql://127.0.0.1:1/nowhere"
_OF_MLFLOW = 1000
"""The metrics that MLflow takes in one request."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Points per second from the first `log_metrics` until the server has the last."""
    steps = _QUICK_STEPS if quick else _STEPS
    points = steps * len(NAMES)
    with postgresql() as server:
        server.create("runs")
        uri = server.uri("runs")
        logged(uri, 10)  # makes the tables
        ours = points / min(logged(uri, steps)[1] for _ in range(_ROUNDS))
        going = points / min(logged(uri, steps, begins=False)[1] for _ in range(_ROUNDS))
        copied = points / min(_copied(server, steps) for _ in range(_ROUNDS))
        yield Figure("run to PostgreSQL", "points/s", ours, copied, "COPY alone")
        what = "run to PostgreSQL, its process under way"
        yield Figure(what, "points/s", going, copied, "COPY alone")
        if not quick:
            theirs = points / _by_mlflow(server, steps)
            yield Figure("run to PostgreSQL", "points/s", ours, theirs, "MLflow's client")
        up, down = [], []
        for _ in range(_ROUNDS):
            up.append(logged(uri, steps)[0])
            down.append(logged(_NOWHERE, steps, waits=False)[0])
        goal = Goal(0.1 * min(up), "added")
        yield Figure("logging, server down", "s", min(down), min(up), "server up", goal)


def logged(uri: str, steps: int, *, waits: bool = True, begins: bool = True) -> tuple[float, float]:
    """Seconds until the loop was through, and until the server had everything.

    Args:
        uri: The sink.
        steps: How many there are.
        waits: Whether to wait for the server.
        begins: Whether to measure the start of the sink, too.
    """
    with fresh_directory():
        os.environ["AUTOLOG_SINK"] = uri
        if not begins:
            with autolog.run("before"):
                autolog.log_metrics(metrics_of(0), step=0)
            autolog.flush()
        started = perf_counter()
        with autolog.run("benchmark"):
            for step in range(steps):
                autolog.log_metrics(metrics_of(step), step=step)
        logged = perf_counter() - started
        if waits:
            autolog.flush()
        arrived = perf_counter() - started
        autolog.shutdown()
        del os.environ["AUTOLOG_SINK"]
    return logged, arrived


def _copied(server: Server, steps: int) -> float:
    """The least that is necessary: the same rows, ready as text, into a table with a key."""
    import psycopg

    table = "(series bigint, number bigint, step bigint, time bigint, value double precision"
    lines = "".join(
        f"{series}\t{step}\t{step}\t1700000000000\t{value!r}\n"
        for step in range(steps)
        for series, value in enumerate(metrics_of(step).values())
    )
    with psycopg.connect(server.uri("runs")) as connection:
        connection.execute(f"CREATE TEMP TABLE alone {table}, PRIMARY KEY (series, number))")
        connection.commit()
        started = perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY alone FROM STDIN") as copy:
            copy.write(lines)
        connection.commit()
        return perf_counter() - started


def _by_mlflow(server: Server, steps: int) -> float:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

    server.create("mlflow")
    client = MlflowClient(address(server.uri("mlflow")))
    experiment = client.create_experiment("benchmark")
    run = client.create_run(experiment).info.run_id
    started = perf_counter()
    waiting: list[Metric] = []
    for step in range(steps):
        waiting += [
            Metric(name, value, 1_700_000_000_000, step) for name, value in metrics_of(step).items()
        ]
        if len(waiting) == _OF_MLFLOW or step == steps - 1:
            client.log_batch(run, waiting)
            waiting = []
    return perf_counter() - started
