"""Many processes write to one server at once: nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from autolog.sinks.sql.location import address

WRITERS = 8
BATCHES = 20
STEPS = 10
SHARED = "f" * 32

# Each writes a run of its own and one that all share, some batches twice, and all begin by making
# the tables.
WRITE = """
import sys
from autolog.events import *
from autolog.errors import SinkUnavailable
from autolog.sinks.base import Batch
from autolog.sinks.sql.sink import SQLSink

address, number, shared = sys.argv[1:4]
batches, steps = map(int, sys.argv[4:])
own, now = f"{int(number):032x}", 1_700_000_000_000_000_000
sink = SQLSink(address)


def write(place, *events):
    end = place + len(events)
    batch = Batch(f"journal {number}", events, tuple(range(place, end)), end)
    for _ in range(2 if place % 3 == 0 else 1):
        offer(batch)
    return end


def offer(batch):
    for attempt in range(10):
        try:
            return sink.write(batch)
        except SinkUnavailable as error:
            print(error, file=sys.stderr)
    raise SystemExit("the sink takes nothing")


def model(batch):
    of_model = f"model {batch}", f"m-{number}-{batch}", "sklearn", 1, None, {}, "churn"
    return [ModelStored(own, 2, now, *of_model)] if batch % 5 == 0 else []


place = write(0, RunStarted(own, 0, now, "own", "many"))
for batch in range(batches):
    metrics = {"loss": float(number), f"m{number}": 1.0}
    place = write(
        place,
        *(
            MetricsLogged(run, 1, now + batch, batch * steps + step, metrics)
            for step in range(steps)
            for run in (own, shared)
        ),
        ParamsLogged(shared, 3, now, {f"p{number}": str(batch), "common": number}),
        Dropped("", 0, now, 1, "no room"),
        EnvironmentCaptured(own, 4, now, {"user": "me"}, {"numpy": "2.0"}),
        *model(batch),
    )
write(place, RunEnded(own, 5, now, Status.FINISHED))
"""

SCRIPT = """
import autolog
with autolog.run("script") as run:
    for step in range(200):
        run.log_metrics({"loss": 1 / (step + 1), "rate": 0.1}, step=step)
autolog.flush()
"""


def test_eight_processes_write_at_once(server, database):
    write_at_once(server.uri(database), partial(server.psql, database=database))


def test_eight_processes_write_to_mariadb_at_once(mariadb_server):
    mariadb_server.create("many")

    write_at_once(mariadb_server.uri("many"), partial(mariadb_server.ask, database="many"))


def write_at_once(uri, ask):
    """Has many processes write, and looks at what is there afterwards."""
    run_at_once(
        [WRITE, address(uri), str(number), SHARED, str(BATCHES), str(STEPS)]
        for number in range(WRITERS)
    )

    points = WRITERS * BATCHES * STEPS * 2 * 2
    assert ask("SELECT count(*) FROM metric") == [[str(points)]]
    assert ask("SELECT sum(points), count(*) FROM series") == [
        [str(points), str(WRITERS * 2 + WRITERS + 1)]
    ]
    assert ask("SELECT count(*) FROM run") == [[str(WRITERS + 1)]]
    assert ask(
        "SELECT count(*), count(DISTINCT number) FROM metric JOIN series ON series.id = series"
        f" JOIN run ON run.id = series.run WHERE run_id = '{SHARED}'"
    ) == [[str(points // 2)] * 2]
    assert ask("SELECT count(*) FROM param") == [[str(WRITERS + 1)]]
    assert ask("SELECT dropped.count FROM dropped") == [[str(WRITERS * BATCHES)]]
    assert ask("SELECT count(*) FROM environment") == [["1"]]
    versions = ask("SELECT version FROM model_version ORDER BY version")
    assert versions == [[str(number)] for number in range(1, WRITERS * BATCHES // 5 + 1)]
    assert ask("SELECT count(*) FROM run WHERE status = 'FINISHED'") == [[str(WRITERS)]]


def test_scripts_record_into_one_database(server, database, tmp_path):
    uri = server.uri(database)

    done = run_at_once(
        ([SCRIPT] for _ in range(3)), AUTOLOG_SINK=uri, AUTOLOG_DIR=str(tmp_path / ".autolog")
    )

    assert [said for said in done if "left in" in said] == []
    runs = server.psql(
        "SELECT status, count(*) FROM run JOIN metric_history USING (run_id) GROUP BY run.id",
        database,
    )
    assert runs == [["FINISHED", "400"]] * 3
    assert list((tmp_path / ".autolog" / "journal").iterdir()) == []


def test_nothing_of_sqlalchemy_is_imported_into_the_training(server, database, tmp_path):
    script = (
        SCRIPT
        + """
import json, sys
print(json.dumps([name for name in sys.modules if name.split(".")[0] in {"sqlalchemy", "psycopg"}]))
"""
    )

    (said,) = run_at_once(
        [[script]], AUTOLOG_SINK=server.uri(database), AUTOLOG_DIR=str(tmp_path / ".autolog")
    )

    assert json.loads(said.splitlines()[0]) == []
    assert server.psql("SELECT count(*) FROM metric", database) == [["400"]]


def run_at_once(commands, **variables):
    """Runs scripts at once, and gives what they have printed."""

    def run(command):
        done = subprocess.run(
            [sys.executable, "-c", *command],
            env=os.environ | {"AUTOLOG_LOG_ENVIRONMENT": "0"} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(run, commands))
