"""`autolog gc --store` deletes runs from a server, with all that belongs to them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, func, select

import autolog
from autolog.cli.main import main
from autolog.errors import AutologError
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.sql import schema
from autolog.sinks.sql.location import address
from autolog.sinks.sql.sink import SQLSink
from autolog.store.opening import store_at

PARENT, CHILD, OTHER = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def uri(server, database):
    """An empty database."""
    return server.uri(database)


@pytest.fixture
def written(uri):
    """Two runs, of which one has a child and everything else that a run can have."""
    write(uri, (*everything(PARENT), *everything(CHILD, PARENT), *everything(OTHER)))
    return uri


@pytest.fixture
def call():
    """Calls the command line in this process."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def everything(run_id, parent=None):
    return (
        RunStarted(run_id, 0, 1, "fit", "default", parent),
        ParamsLogged(run_id, 1, 1, {"C": "1"}),
        TagsSet(run_id, 2, 1, {"user": "ada"}),
        ArtifactStored(run_id, 3, 1, "model.bin", 4),
        EnvironmentCaptured(run_id, 4, 1, {}, {"numpy": run_id}),
        MetricsLogged(run_id, 5, 1, 0, {"loss": 1.0, "acc": 2.0}),
        Dropped(run_id, 6, 1, 1, "damage"),
        DatasetUsed(run_id, 7, 1, "X", "train", "0a1b2c3d", "code", "{}", "{}", "{}"),
        ModelStored(run_id, 8, 1, "model", f"m-{run_id}", "sklearn", 4),
        RunEnded(run_id, 9, 2, Status.FINISHED),
    )


def write(uri, events, journal="host-1"):
    sink = SQLSink(address(uri))
    sink.write(Batch(journal, events, tuple(range(len(events))), len(events)))
    sink.close()


def counts(uri):
    """How many rows each table of runs has."""
    tables = [table for table in schema.metadata.sorted_tables if table.name not in KEPT]
    with create_engine(address(uri), poolclass=NullPool).connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in tables
        }


KEPT = {"cursor", "metric_name", "schema_version", "model_version"}
"""Tables that are not a run's."""


def test_a_run_goes_with_all_that_belongs_to_it(call, written):
    before = counts(written)

    result = call("gc", "--store", written, "--run", PARENT, "--yes")

    assert result.exit_code == 0, result.output
    assert [run.run_id for run in store_at(written, Path("x")).runs()] == [OTHER]
    assert counts(written) == {table: count // 3 for table, count in before.items()}


def test_runs_are_chosen_as_in_a_file(call, written):
    asked = call("gc", "--store", written, "--keep", "0", "--dry-run", "--json")
    assert f'"{PARENT}"' in asked.stdout
    assert counts(written)["run"] == 3

    call("gc", "--store", written, "--keep", "0", "--status", "finished", "--yes")

    assert not any(counts(written).values())


def test_what_is_recorded_meanwhile_arrives(call, written):
    stop, failures = threading.Event(), []

    def record():
        number = 0
        while not stop.is_set():
            number += 1
            events = everything(f"{number:032d}")
            try:
                write(written, events, f"writer-{number}")
            except AutologError as error:
                failures.append(error)
                return

    writer = threading.Thread(target=record)
    writer.start()
    try:
        for _ in range(5):
            call("gc", "--store", written, "--keep", "3", "--yes")
    finally:
        stop.set()
        writer.join()

    assert failures == []
    assert len(store_at(written, Path("x")).runs()) >= 3


def test_files_go_unless_the_store_here_has_the_run_too(call, uri, monkeypatch):
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    for sink in ([uri], ["sqlite:", uri]):
        autolog.autolog(sink=sink, silent=True)
        with autolog.run("with a file") as run:
            run.log_artifact(__file__)
        autolog.shutdown()
    folders = Path(os.environ["AUTOLOG_DIR"]) / "artifacts"
    assert len(list(folders.iterdir())) == 2

    call("gc", "--store", uri, "--keep", "0", "--yes")

    assert [folder.name for folder in folders.iterdir()] == [run.run_id]
    assert counts(uri)["run"] == 0
    assert autolog.get_run(run.run_id).name == "with a file"


def test_a_server_that_is_only_configured_is_not_cleaned_up(call, written, monkeypatch):
    monkeypatch.setenv("AUTOLOG_SINK", written)

    result = call("gc", "--keep", "0", "--yes")

    assert result.exit_code == 1
    assert "--store" in result.output
    assert "p/a?s" not in result.output
    assert counts(written)["run"] == 3


def test_a_server_gives_space_back_with_its_own_tools(call, written):
    result = call("gc", "--store", written, "--keep", "0", "--yes", "--shrink")

    assert result.exit_code == 1
    assert "with its own tools" in result.output
    assert counts(written)["run"] == 3


def test_a_server_that_refuses_is_told_of(call, written, server):
    wrong = written.replace(server.address, "127.0.0.1:1")

    result = call("gc", "--store", wrong, "--run", PARENT, "--yes")

    assert result.exit_code == 1
    assert "cannot be read" in result.output
    assert "@" not in result.output
