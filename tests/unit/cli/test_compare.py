"""`autolog compare`."""

from __future__ import annotations

import json

from autolog.cli.compare import Row


def lines_of(result):
    assert result.exit_code == 0, result.stderr
    return [line.split() for line in result.stdout.splitlines()]


def test_runs_stand_side_by_side_and_differences_are_marked(call, recorded):
    lines = lines_of(call("compare", recorded["small"], recorded["large"]))

    assert ["*", "C", "1", "2"] in lines
    assert ["solver", "lbfgs", "lbfgs"] in lines
    assert ["*", "accuracy", "0.5", "0.8"] in lines
    assert ["*", "loss", "-", "nan"] in lines
    assert ["team", "red", "red"] in lines


def test_what_is_the_same_can_be_left_out(call, recorded):
    lines = lines_of(call("compare", "--differences", recorded["small"], recorded["large"]))

    assert ["*", "C", "1", "2"] in lines
    assert [line for line in lines if "solver" in line or "team" in line] == []


def test_differences_are_marked_in_json(call, recorded):
    result = call("compare", "--json", recorded["small"], "last", recorded["inner"])

    document = json.loads(result.stdout)
    assert [run["name"] for run in document["runs"]] == ["small", "large", "inner"]
    assert document["params"]["C"] == {"values": ["1", "2", None], "differs": True}
    assert document["metrics"]["accuracy"]["values"] == [0.5, 0.8, None]


def test_one_run_cannot_be_compared(call, recorded):
    result = call("compare", recorded["small"])

    assert result.exit_code == 2
    assert "Name two runs at least." in result.stderr


def test_metrics_that_are_not_a_number_everywhere_do_not_differ():
    assert not Row("metrics", "loss", (float("nan"), float("nan"))).differs
