"""`autolog export`: recorded runs as Parquet files."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

import autolog
from autolog.exporting.tables import FORMAT, TABLES
from autolog.store import Store


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tables"


@pytest.fixture
def rows():
    """The rows of a file."""
    return lambda folder, name: parquet.read_table(folder / f"{name}.parquet").to_pylist()


def test_what_is_recorded_is_in_the_tables(call, recorded, directory, folder, rows):
    result = call("export", "--parquet", folder)

    runs = {run.run_id: run for run in Store(directory / "runs.db").runs()}
    large = recorded["large"]
    assert result.exit_code == 0, result.output
    assert {
        (row["run_id"], row["parent_run_id"], row["name"], row["status"], row["start_time"])
        for row in rows(folder, "runs")
    } == {
        (run.run_id, run.parent_run_id, run.name, run.status, run.start_time)
        for run in runs.values()
    }
    assert [row["error_message"] for row in rows(folder, "runs") if row["error_type"]] == [
        "by nothing"
    ]
    assert {"run_id": large, "key": "C", "value": "2"} in rows(folder, "params")
    assert {"run_id": large, "key": "team", "value": "red"} in rows(folder, "tags")
    points = [row for row in rows(folder, "metrics") if row["run_id"] == large]
    assert [(one["step"], one["value"]) for one in points if one["key"] == "accuracy"] == [
        (point.step, point.value) for point in runs[large].metric_history("accuracy")
    ]
    assert all(math.isnan(one["value"]) for one in points if one["key"] == "loss")
    assert rows(folder, "artifacts") == [
        {
            "run_id": large,
            "path": "notes.txt",
            "size_bytes": 5,
            "location": None,
            "drawn_from": None,
        }
    ]


def test_models_and_data_sets_are_there_too(call, folder, rows):
    from sklearn.linear_model import LogisticRegression

    autolog.autolog(log_environment=False, silent=True)
    LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    run = autolog.last_run()

    call("export", "--parquet", folder)

    (model,), (dataset,) = rows(folder, "models"), rows(folder, "datasets")
    assert (model["model_id"], model["flavor"]) == (run.models[0].model_id, "sklearn")
    assert json.loads(model["signature"]) == run.models[0].signature
    assert json.loads(dataset["profile"]) == run.datasets[0].profile


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--experiment", "other"], {"failed"}),
        (["--filter", "metrics.accuracy > 0.6"], {"large"}),
        (["last"], {"large", "inner"}),
    ],
)
def test_runs_are_chosen(call, recorded, folder, rows, arguments, names):
    call("export", "--parquet", folder, *arguments)

    of_runs = {row["run_id"]: row["name"] for row in rows(folder, "runs")}
    assert set(of_runs.values()) == names
    assert {row["run_id"] for row in rows(folder, "metrics")} <= of_runs.keys()


def test_files_have_the_columns_that_are_documented(call, recorded, folder):
    call("export", "--parquet", folder)

    files = {file.stem: parquet.read_schema(file) for file in folder.iterdir()}
    assert {name: schema.names for name, schema in files.items()} == {
        name: list(columns) for name, columns in TABLES.items()
    }
    assert {schema.metadata[b"autolog.format"].decode() for schema in files.values()} == {FORMAT}


def test_every_column_is_documented():
    text = (Path(__file__).parents[3] / "docs" / "export.md").read_text()
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}

    assert rows.keys() == TABLES.keys()
    for table, columns in TABLES.items():
        missing = [
            name
            for name, kind in columns.items()
            if f"`{name}`" not in rows[table] or (f"`{name}`?" in rows[table]) != kind.endswith("?")
        ]
        assert missing == [], table


def test_twice_is_once(call, recorded, folder, rows):
    call("export", "--parquet", folder)
    once = {name: repr(rows(folder, name)) for name in TABLES}  # NaN is not itself

    result = call("export", "--json", "--parquet", folder)

    assert {name: repr(rows(folder, name)) for name in TABLES} == once
    assert json.loads(result.stdout)["rows"] == {name: len(rows(folder, name)) for name in TABLES}


def test_without_pyarrow_it_says_what_to_install(call, recorded, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    result = call("export", "--parquet", folder)

    assert result.exit_code == 1
    assert "autolog-ml[parquet]" in result.stderr


def test_runs_and_a_filter_are_not_to_be_mixed(call, recorded, folder):
    result = call("export", "--parquet", folder, "--filter", "params.C = '1'", "last")

    assert result.exit_code == 2
