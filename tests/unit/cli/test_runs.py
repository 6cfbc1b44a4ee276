"""`autolog runs`."""

from __future__ import annotations

import json

import pytest

import autolog


def names(result):
    assert result.exit_code == 0, result.stderr
    return [run["name"] for run in json.loads(result.stdout)]


def test_top_level_runs_are_listed_newest_first(call, recorded):
    assert names(call("runs", "--json")) == ["large", "failed", "small"]


def test_child_runs_are_listed_if_asked_for(call, recorded):
    assert set(names(call("runs", "--all", "--json"))) == {"large", "inner", "failed", "small"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--filter", "metrics.accuracy > 0.6 and params.C = '2'"], ["large"]),
        (["--experiment", "other"], ["failed"]),
        (["--limit", "1"], ["large"]),
        (["--sort", "metrics.accuracy ASC"], ["small", "large", "failed"]),
        (["--order-by", "name"], ["failed", "large", "small"]),
    ],
)
def test_runs_can_be_chosen_and_sorted(call, recorded, arguments, expected):
    assert names(call("runs", "--json", *arguments)) == expected


def test_the_table_has_a_line_for_each_run(call, recorded):
    lines = call("runs").stdout.splitlines()

    assert [line.split()[1] for line in lines[-3:]] == ["large", "failed", "small"]
    assert [recorded["small"][:8] in line for line in lines[-3:]] == [False, False, True]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-n", "2"], "autolog: the 2 newest of more runs; -n shows others.\n"),
        (["-n", "2", "-s", "name"], "autolog: the 2 first of more runs; -n shows others.\n"),
        (["-n", "3"], ""),
        (["-n", "2", "--json"], ""),
    ],
)
def test_runs_beyond_the_limit_are_told_on_standard_error(call, recorded, arguments, expected):
    assert call("runs", *arguments).stderr == expected


def test_no_more_runs_than_the_limit_are_listed(call, recorded):
    lines = call("runs", "-c", "name", "-n", "2").stdout.splitlines()

    assert [line.strip() for line in lines] == ["name", "large", "failed"]


def test_only_the_columns_that_are_named_are_shown(call, recorded):
    output = call("runs", "-c", "name,params.C", "-s", "name").stdout

    assert [line.split() for line in output.splitlines()] == [
        ["name", "C"],
        ["failed"],
        ["large", "2"],
        ["small", "1"],
    ]


def test_in_a_narrow_terminal_long_names_are_cut_and_all_lines_fit(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with autolog.run("a name that is far too long for a table") as run:
        run.log_metric("validation_mean_absolute_error", 0.123456789)

    lines = call("runs").stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert "a name that is far to… " in lines[-1]
    assert "0.1235" in lines[-1]


def test_in_a_pipe_nothing_is_cut(call, recorded):
    name = "a name that is far too long for a table in a terminal, " * 3
    with autolog.run(name.strip()):
        pass

    assert name.strip() in call("runs").stdout


def test_numbers_that_are_not_finite_are_null_in_json(call, recorded):
    (run,) = json.loads(call("runs", "--json", "-n1").stdout)

    assert run["metrics"] == {"accuracy": 0.8, "loss": None}


def test_an_empty_store_says_so(call, recorded):
    call("gc", "--yes", "--keep", "0")

    assert call("runs").stdout == "No runs yet.\n"
    assert call("runs", "--json").stdout == "[]\n"


def test_a_filter_without_matches_says_so(call, recorded):
    assert call("runs", "-f", "params.C = '9'").stdout == "No run matches.\n"


def test_a_bad_filter_is_one_line_on_standard_error(call, recorded):
    result = call("runs", "--filter", "metrics.accuracy >> 1")

    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_bad_column_is_a_usage_error(call, recorded):
    assert call("runs", "--columns", "nmae").exit_code == 2


def test_the_database_that_is_configured_is_read(call, recorded, monkeypatch, directory):
    monkeypatch.setenv("AUTOLOG_SINK", "toy:events.jsonl,sqlite:///elsewhere.db")
    with autolog.run("elsewhere"):
        pass

    assert names(call("runs", "--json")) == ["elsewhere"]
    assert (directory.parent / "elsewhere.db").exists()
