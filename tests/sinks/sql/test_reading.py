"""Runs on a server are read back as those of the SQLite store are, by the same API and commands."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import fields

import pytest
from click.testing import CliRunner

import autolog
from autolog.cli.main import main
from autolog.errors import ModelNotFound, RunNotFound, StoreError, StoreMissing
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.sql.location import address
from autolog.sinks.sql.sink import SQLSink
from autolog.sinks.sqlite.sink import SQLiteSink
from autolog.store import Store
from autolog.store.facts import facts
from autolog.store.opening import store_at

START = 1_700_000_000 * 10**9
SECOND = 10**9
AT_ONCE = 7


def events(infinity):
    """Five runs, of which one has a child, and one has everything that a run can have."""
    found = []
    for number in range(5):
        run_id, begin = f"{number}" * 32, START + number * SECOND
        found += [
            RunStarted(run_id, 0, begin, f"run {number}", "even" if number % 2 == 0 else "odd"),
            ParamsLogged(run_id, 1, begin, {"C": f"{number / 2}", "path": "a\\b%_", "c": "low"}),
            TagsSet(run_id, 2, begin, {"my tag": "it's", "Ä": "ÄÖ" if number else "äö"}),
            MetricsLogged(run_id, 3, begin + 1, 1, {"loss": 1 / (number + 1), "nan": math.nan}),
            MetricsLogged(run_id, 4, begin + 2, 0, {"loss": 9.0, "inf": infinity}),
        ]
    full, child = "4" * 32, "c" * 32
    found += [
        RunStarted(child, 0, START + 10, "child", "even", full),
        MetricsLogged(child, 1, START + 11, 3, {"only": -1.5}),
        RunEnded(child, 2, START + SECOND, Status.KILLED),
        EnvironmentCaptured(full, 5, START, {"user": "me"}, {"numpy": "2.0"}),
        DatasetUsed(full, 6, START, "x", "train", "0" * 8, "code", "{}", "{}", '{"num_rows": 3}'),
        ArtifactStored(full, 7, START, "a/b.txt", 3),
        ArtifactStored(full, 8, START, "c.ckpt", 0, None, "/models/c.ckpt"),
        ModelStored(full, 9, START, "model", "m-" + "1" * 32, "sklearn", 5, None, {}, "churn"),
        ModelStored(child, 9, START, "model", "m-" + "2" * 32, "sklearn", 5, "{}", {}, "churn"),
        Dropped(full, 10, START, 3, "no room"),
        Dropped("", 0, START, 2, "no room"),
        RunEnded(full, 11, START + 9 * SECOND, Status.FAILED, RunError("E", "m", "t")),
        RunEnded("3" * 32, 5, START + 5 * SECOND, Status.FINISHED),
    ]
    return tuple(found)


@pytest.fixture(scope="module", params=["server", "mariadb_server"])
def of_team(request):
    """Each server in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def infinity(of_team):
    """What each takes for the largest of numbers."""
    return sys.float_info.max if "mariadb" in of_team.uri("") else math.inf


@pytest.fixture(scope="module")
def uri(of_team, infinity):
    """A database with the runs."""
    of_team.create("reading")
    uri = of_team.uri("reading")
    write(SQLSink(address(uri)), infinity)
    return uri


@pytest.fixture(scope="module")
def directory(tmp_path_factory, infinity):
    """An autolog directory with the same runs."""
    directory = tmp_path_factory.mktemp("reading") / ".autolog"
    write(SQLiteSink(directory / "runs.db"), infinity)
    return directory


@pytest.fixture
def served(uri, directory):
    return store_at(uri, directory)


@pytest.fixture
def kept(directory):
    return Store(directory / "runs.db")


def write(sink, infinity):
    given = events(infinity)
    for first in range(0, len(given), AT_ONCE):
        some = given[first : first + AT_ONCE]
        end = first + len(some)
        sink.write(Batch("journal", some, tuple(range(first, end)), end))
    sink.close()


def plain(run):
    """A run by its values, with those that are no number made comparable."""
    values = {one.name: getattr(run, one.name) for one in fields(run) if one.name[0] != "_"}
    return repr(values)


def test_every_run_is_the_same(served, kept):
    runs = served.runs()

    assert len(runs) == 6
    assert [plain(run) for run in runs] == [plain(run) for run in kept.runs()]


@pytest.mark.parametrize(
    "condition",
    [
        "metrics.loss > 0.3",
        "metrics.loss <= 0.25 and params.C = '2.0'",
        "metrics.nan > 0",
        "metrics.nan IS NOT NULL and metrics.only IS NULL",
        "metrics.inf > 1e300",
        "params.c LIKE 'L%'",
        "params.c ILIKE 'L%'",
        r"params.path LIKE 'a\b%'",
        "params.path LIKE 'a%b__'",
        "tags.`my tag` = 'it''s' and tags.Ä LIKE 'Ä_'",
        "tags.Ä ILIKE 'äö'",
        "tags.Ä IN ('äö', 'x')",
        "tags.Ä NOT IN ('äö')",
        "status = 'FINISHED'",
        "status != 'RUNNING' and parent_run_id IS NULL",
        "parent_run_id IS NOT NULL",
        "start_time > 1700000002000",
        "start_time <= '2023-11-14T22:13:21+00:00'",
        "end_time IS NOT NULL and end_time < 1700000006000.5",
        "name = 'run 2'",
        "run_id LIKE '1%'",
    ],
)
def test_a_filter_finds_the_same_runs(served, kept, condition):
    found = [run.run_id for run in served.runs(condition)]

    assert found == [run.run_id for run in kept.runs(condition)]


@pytest.mark.parametrize(
    "options",
    [
        {"order_by": ["metrics.loss DESC"]},
        {"order_by": ["metrics.loss"], "limit": 2},
        {"order_by": ["metrics.only", "params.C DESC"]},
        {"order_by": ["tags.Ä", "name DESC"]},
        {"order_by": ["start_time ASC"]},
        {"order_by": ["end_time DESC"]},
        {"experiment": "odd"},
        {"parent": "4" * 32},
        {"parent": None, "limit": 1},
    ],
)
def test_orders_and_limits_are_kept(served, kept, options):
    found = [run.run_id for run in served.runs(**options)]

    assert found == [run.run_id for run in kept.runs(**options)]


def test_histories_are_in_the_order_of_steps(served, kept):
    for key in ("loss", "nan", "inf", "none"):
        history = served.metric_history("0" * 32, key)

        assert repr(history) == repr(kept.metric_history("0" * 32, key))


def test_points_come_in_the_order_in_which_they_arrived(served):
    points = list(served.points("0" * 32))

    assert [(point.key, point.step) for point in points] == [
        ("loss", 1),
        ("nan", 1),
        ("loss", 0),
        ("inf", 0),
    ]
    assert list(served.points("0" * 32, after=points[2].row)) == points[3:]


def test_a_run_is_found_by_the_beginning_of_its_id(served):
    assert served.run("last").run_id == "4" * 32
    assert served.run("333").status == "FINISHED"
    assert [child.name for child in served.run("4").children] == ["child"]


def test_a_run_that_is_not_there_is_told_of_with_the_place(served, of_team):
    with pytest.raises(RunNotFound, match=f"in [a-z]+://{of_team.address}/reading; "):
        served.run("77")


def test_models_are_found_by_id_and_version(served):
    run, model = served.model("m-" + "1" * 32)

    assert (run.run_id, model.registered_name, model.registered_version) == ("4" * 32, "churn", 1)
    assert served.registered_model("churn")[0].run_id == "c" * 32
    assert served.registered_model("churn", 1)[0].run_id == "4" * 32
    with pytest.raises(ModelNotFound):
        served.registered_model("other")


def test_a_file_that_was_left_where_it_was_tells_its_run(served):
    assert served.run_of_file("/models/c.ckpt") == "4" * 32
    assert served.run_of_file("/models/d.ckpt") == "4" * 32
    assert served.run_of_file("/other/d.ckpt") is None


def test_the_figures_of_a_server_are_those_of_a_file(served, kept, uri):
    found, expected = facts(served), facts(kept)

    assert found.runs == expected.runs
    assert found.metric_points == expected.metric_points
    assert found.dropped == expected.dropped
    assert (found.size_bytes > 0) == uri.startswith("postgresql")


@pytest.mark.parametrize(
    "command",
    [
        ["runs", "--all"],
        ["runs", "-f", "metrics.loss > 0.3"],
        ["show", "last"],
        ["compare", "3", "4"],
    ],
)
def test_commands_show_the_same(command, uri, directory, monkeypatch):
    monkeypatch.setenv("AUTOLOG_DIR", str(directory))

    here = CliRunner().invoke(main, [*command, "--json"])
    there = CliRunner().invoke(main, [*command, "--json", "--store", uri])

    assert there.exit_code == 0, there.output
    assert json.loads(there.stdout) == json.loads(here.stdout)


def test_a_server_is_read_where_nothing_was_recorded(uri, monkeypatch, tmp_path):
    monkeypatch.delenv("AUTOLOG_DIR", raising=False)
    monkeypatch.chdir(tmp_path)

    listed = CliRunner().invoke(main, ["runs", "--store", uri])

    assert "run 3" in listed.output
    assert [run.name for run in autolog.search_runs(limit=1, output="list", store=uri)] == ["run 4"]
    assert autolog.get_run("333", store=uri).name == "run 3"
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_configured_needs_no_option(uri, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOLOG_SINK", uri)

    shown = CliRunner().invoke(main, ["show", "333"])

    assert "run 3" in shown.output


def test_an_empty_database_says_that_nothing_was_recorded(server, database, tmp_path):
    with pytest.raises(StoreMissing, match="no recorded runs at postgresql://"):
        store_at(server.uri(database), tmp_path).runs()


@pytest.mark.parametrize("wrong", ["password", "database", "port"])
def test_a_server_that_cannot_be_read_is_told_of_without_the_password(of_team, tmp_path, wrong):
    uri = {
        "password": of_team.uri("reading", password="s3cr3t"),
        "database": of_team.uri("nowhere"),
        "port": of_team.uri("reading", address="127.0.0.1:1"),
    }[wrong]

    with pytest.raises(StoreError) as caught:
        store_at(uri, tmp_path).runs()

    assert "cannot be read" in str(caught.value)
    assert not any(
        secret in str(caught.value)
        for secret in ("s3cr3t", "p/a?s", "p%2Fa", f"@{of_team.address}")
    )


def test_a_sink_that_cannot_be_read_back_is_refused(tmp_path):
    with pytest.raises(StoreError, match="cannot be read back"):
        store_at("jsonl:runs", tmp_path)
