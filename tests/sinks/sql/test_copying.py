"""Recorded runs are copied to a server, and from there, once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

import autolog
from autolog.cli.main import main
from autolog.store import Store
from autolog.store.opening import store_at


@pytest.fixture
def call():
    """Calls the command line in this process."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def local(monkeypatch):
    """The store with a run and one under it."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    with autolog.run("outer", tags={"team": "red"}) as outer:
        outer.log_params({"C": 1})
        for step in range(20):
            outer.log_metrics({"loss": 1 / (step + 1), "accuracy": step / 20}, step=step)
        with autolog.run("inner") as inner:
            inner.log_metric("loss", 0.5)
    autolog.shutdown()
    return Store(Path(os.environ["AUTOLOG_DIR"]) / "runs.db")


def contents(store):
    return sorted(
        (
            run.run_id,
            run.parent_run_id,
            run.name,
            run.status,
            run.start_time,
            run.end_time,
            sorted(run.params.items()),
            sorted(run.tags.items()),
            [(key, run.metric_history(key)) for key in sorted(run.metrics)],
        )
        for run in store.runs()
    )


def test_runs_go_to_a_server_and_back_once(call, local, server, database, tmp_path):
    uri = server.uri(database)
    for _ in range(2):
        result = call("sync", "--to", uri, "--again")
        assert result.exit_code == 0, result.output

    for _ in range(2):
        result = call("sync", "--store", uri, "--to", f"sqlite:///{tmp_path}/back.db", "--again")
        assert result.exit_code == 0, result.output

    assert contents(store_at(uri, tmp_path)) == contents(local)
    assert contents(Store(tmp_path / "back.db")) == contents(local)


def test_runs_of_a_server_are_exported(call, local, server, database, tmp_path):
    uri = server.uri(database)
    call("sync", "--to", uri)

    result = call("export", "--store", uri, "--parquet", tmp_path / "tables")

    assert result.exit_code == 0, result.output
    assert parquet.read_table(tmp_path / "tables" / "metrics.parquet").num_rows == 41
    assert parquet.read_table(tmp_path / "tables" / "runs.parquet").num_rows == 2
