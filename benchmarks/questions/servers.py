"""How fast a run gets onto a server, beside what the server can do and MLflow's client."""

from __future__ import annotations

import json
import tempfile
import urllib.request
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from autolog.delivery.reader import MAX_EVENTS
from benchmarks.apart import Failed, apart
from benchmarks.logged_run import seconds_of_run
from benchmarks.result import Result, measured, unmeasured
from benchmarks.sample import NAMES, metrics_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.result import Role
    from benchmarks.scale import Scale
    from tools.postgresql import Server

    Loops = Mapping[tuple[str, Role], Callable[[], float]]

TITLE = "How fast do runs get onto a server?"
METHOD = (
    "One run of five metrics per step, from the first call until a real server on this machine "
    "has the last of them; each measurement is a fresh process, and all take turns, of which peers "
    "have one. The limits are what the server does with the same rows, or the same requests, that "
    "were ready before; beside that of COPY is the time that our sink takes for a run which is in "
    "the journal already."
)

AUTOLOG = "autolog"
UNDER_WAY = "autolog, its sink under way"
JOURNAL = "autolog, a full journal"
_STEPS = 20_000
_QUICK_STEPS = 1_000
_ROUNDS_OF_SQL, _ROUNDS_OF_REQUESTS = 6, 2
_ROUNDS_OF_LOOPS = 6
_NOWHERE = "postgresql://127.0.0.1:1/nowhere"
_AT_ONCE = 1000
"""The metrics that MLflow takes in one request."""
_SLOWER = 20
"""One call per step is what code without batches of its own does; it takes its time."""
_TIME_MS = 1_700_000_000_000
_GOAL_OF_A_SERVER_DOWN = 1.1


def measure(scale: Scale) -> Iterator[Result]:
    """Points per second onto PostgreSQL and MLflow's server; and a loop while a server is down."""
    steps = scale.pick(_STEPS, _QUICK_STEPS)
    for what, found in (("PostgreSQL", _postgresql), ("MLflow's server", _mlflow)):
        try:
            yield from found(steps, scale)
        except (Failed, OSError, RuntimeError) as failed:
            facts: dict[str, Any] = {"subject": f"a run to {what}", "unit": "points/s"}
            why = f"failed: {str(failed).splitlines()[0]}"
            yield unmeasured(why, contender=AUTOLOG, role="autolog", **facts)


def _postgresql(steps: int, scale: Scale) -> Iterator[Result]:
    from tools.postgresql import postgresql

    with postgresql() as server:
        for name in ("runs", "mlflow"):
            server.create(name)
        uri = server.uri("runs")
        apart(seconds_of_run, uri, 10)  # makes the tables
        loops: Loops = {
            ("COPY alone", "limit"): partial(_copied, server, steps),
            (AUTOLOG, "autolog"): lambda: apart(seconds_of_run, uri, steps)[1],
            (UNDER_WAY, "autolog"): lambda: apart(seconds_of_run, uri, steps, True, False)[1],
            (JOURNAL, "autolog"): lambda: apart(_drained, uri, steps),
            ("MLflow, log_batch by 1000", "peer"): lambda: apart(
                _by_mlflow_to, server.uri("mlflow"), steps
            ),
        }
        rounds = scale.pick(_ROUNDS_OF_SQL, 1)
        yield from _rates("a run to PostgreSQL", loops, steps, rounds)
        up, down = [], []
        for _ in range(scale.pick(_ROUNDS_OF_LOOPS, 1)):
            up.append(apart(seconds_of_run, uri, steps)[0] * 1e3)
            down.append(apart(seconds_of_run, _NOWHERE, steps, False)[0] * 1e3)
    facts: dict[str, Any] = {"subject": "the loop that logs", "unit": "ms"}
    with_server = measured(up, contender="server up", role="bare", **facts)
    yield with_server
    goal = _GOAL_OF_A_SERVER_DOWN * (with_server.median or 0.0)
    yield measured(down, contender="server down", role="autolog", goal=goal, **facts)


def _mlflow(steps: int, scale: Scale) -> Iterator[Result]:
    from tools.mlflow_server import tracking_server

    with (
        tempfile.TemporaryDirectory(prefix="autolog-benchmark-") as folder,
        tracking_server(Path(folder)) as address,
    ):
        server, uri = f"http://{address}", f"mlflow+http://{address}"
        apart(seconds_of_run, uri, 10)  # makes the experiment
        few = max(10, steps // _SLOWER)
        loops: Loops = {
            ("its requests alone", "limit"): partial(_posted, server, steps),
            (UNDER_WAY, "autolog"): lambda: apart(seconds_of_run, uri, steps, True, False)[1],
            ("MLflow, log_batch by 1000", "peer"): lambda: apart(by_mlflow, server, steps),
            ("MLflow, log_batch per step", "peer"): lambda: (
                apart(by_mlflow, server, few, len(NAMES)) * steps / few
            ),
        }
        rounds = scale.pick(_ROUNDS_OF_REQUESTS, 1)
        yield from _rates("a run to MLflow's server", loops, steps, rounds)


def _rates(subject: str, loops: Loops, steps: int, rounds: int) -> Iterator[Result]:
    seconds: dict[tuple[str, Role], list[float]] = {name: [] for name in loops}
    for number in range(rounds):
        for (name, role), loop in loops.items():
            # a peer's turn is many times as long, and no ratio of ours rests on it
            if role != "peer" or number == 0:
                seconds[name, role].append(loop())
    for (contender, role), taken in seconds.items():
        yield measured(
            [steps * len(NAMES) / one for one in taken],
            subject=subject,
            contender=contender,
            role=role,
            unit="points/s",
            more_is_better=True,
        )


def _drained(uri: str, steps: int) -> float:
    from benchmarks.delivery import seconds_of_drain

    return seconds_of_drain(Path.cwd(), steps, uri)


def by_mlflow(store: str, steps: int, at_once: int = _AT_ONCE) -> float:
    """Seconds until MLflow's client has handed on everything.

    Args:
        store: The address of a server, or of a database.
        steps: How many steps there are.
        at_once: How many metrics a call hands on.
    """
    from mlflow import MlflowClient
    from mlflow.entities import Metric

    client = MlflowClient(store)
    run = client.create_run("0").info.run_id
    started = perf_counter()
    waiting: list[Metric] = []
    for step in range(steps):
        waiting += [Metric(name, value, _TIME_MS, step) for name, value in metrics_of(step).items()]
        if len(waiting) >= at_once or step == steps - 1:
            client.log_batch(run, waiting)
            waiting = []
    return perf_counter() - started


def _by_mlflow_to(uri: str, steps: int) -> float:
    from autolog.sinks.sql.location import address

    return by_mlflow(address(uri), steps)


def _copied(server: Server, steps: int) -> float:
    """The least that is necessary: the same batches, made before, into a table like ours."""
    import psycopg

    batches = [
        _batch(range(first, min(first + MAX_EVENTS, steps)))
        for first in range(0, steps, MAX_EVENTS)
    ]
    with psycopg.connect(server.uri("runs")) as connection:
        # no temporary one: those need not survive the server
        connection.execute("CREATE TABLE alone (LIKE metric INCLUDING ALL)")
        connection.commit()
        started = perf_counter()
        for batch in batches:
            with (
                connection.cursor() as cursor,
                cursor.copy("COPY alone FROM STDIN (FORMAT BINARY)") as copy,
            ):
                copy.write(batch)
            connection.commit()
        taken = perf_counter() - started
        connection.execute("DROP TABLE alone")
        return taken


def _batch(steps: range) -> bytes:
    """The rows of some steps, as the sink gives them to `COPY`."""
    from autolog.sinks.sql.copying import COPY_BEGINNING, COPY_END, copied_rows

    series = {name: place for place, name in enumerate(NAMES, 1)}
    logged = [(step, _TIME_MS, metrics_of(step)) for step in steps]
    rows = copied_rows(logged, series, steps.start * len(NAMES))
    return b"".join([COPY_BEGINNING, *rows, COPY_END])


def _posted(server: str, steps: int) -> float:
    """The server's own limit: requests that are ready before the clock starts."""
    made = _post(f"{server}/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": 1})
    run = made["run"]["info"]["run_id"]
    points = [
        {"key": name, "value": value, "timestamp": _TIME_MS, "step": step}
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
