"""`autolog show`."""

from __future__ import annotations

import json

import pytest
from sklearn.linear_model import LinearRegression

import autolog
from autolog.cli.sparkline import sparkline


def test_everything_of_a_run_is_shown(call, recorded):
    output = call("show", recorded["large"]).stdout

    for text in (
        "large  FINISHED",
        recorded["large"],
        "solver",
        "lbfgs",
        "notes.txt",
        "5 B",
        "team",
    ):
        assert text in output
    assert sparkline([0.6, 0.7, 0.8]) in output
    assert f"{recorded['inner'][:8]}  inner  FINISHED  loss=0.25" in output


def test_a_metric_has_its_last_lowest_and_highest_value_and_their_number(call, recorded):
    output = call("show", recorded["large"]).stdout

    (line,) = (line for line in output.splitlines() if line.startswith("accuracy"))
    assert line.split()[1:5] == ["0.8", "0.6", "0.8", "3"]


def test_a_metric_that_is_never_a_number_is_shown_as_such(call, recorded):
    output = call("show", recorded["large"]).stdout

    (line,) = (line for line in output.splitlines() if line.startswith("loss"))
    assert line.split() == ["loss", "nan", "nan", "nan", "3", "···"]


@pytest.mark.parametrize("wanted", ["last", "prefix"])
def test_a_run_is_found_by_last_and_by_the_beginning_of_its_id(call, recorded, wanted):
    output = call("show", recorded["large"][:12] if wanted == "prefix" else wanted).stdout

    assert output.startswith("large  FINISHED")


def test_a_failed_run_shows_its_traceback(call, recorded):
    (failed,) = autolog.search_runs("status = 'FAILED'", output="list")

    output = call("show", failed.run_id).stdout

    assert "failed  FAILED" in output
    assert "ZeroDivisionError: by nothing" in output


def test_a_child_names_its_parent(call, recorded):
    assert recorded["large"] in call("show", recorded["inner"]).stdout


def test_what_a_run_was_made_with_is_shown_apart_from_its_tags(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "1")
    autolog.autolog()
    with autolog.run("here", tags={"team": "red"}):
        pass

    output = call("show", "last").stdout

    assert output.index("Tags") < output.index("team") < output.index("Environment")
    assert output.index("Environment") < output.index("working_directory")
    assert "(see --json)" in output


def test_json_has_everything_with_histories(call, recorded):
    document = json.loads(call("show", recorded["large"], "--json").stdout)

    steps = [(step, value) for step, value, _ in document["metric_history"]["accuracy"]]
    assert steps == [(0, 0.6), (1, 0.7), (2, 0.8)]
    assert document["children"] == [recorded["inner"]]
    assert document["params"] == {"C": "2", "solver": "lbfgs"}
    assert [file["path"] for file in document["artifacts"]] == ["notes.txt"]
    assert document["error"] is None


def test_json_of_a_failed_run_has_its_error(call, recorded):
    (failed,) = autolog.search_runs("status = 'FAILED'", output="list")

    error = json.loads(call("show", failed.run_id, "--json").stdout)["error"]

    assert (error["type"], error["message"]) == ("ZeroDivisionError", "by nothing")
    assert error["traceback"].startswith("Traceback")


def test_a_registered_model_is_shown_with_its_version(call):
    with autolog.run("training"):
        autolog.log_model(LinearRegression().fit([[0.0], [1.0]], [0, 1]), "line")
        autolog.log_model(
            LinearRegression().fit([[0.0], [1.0]], [1, 0]), registered_model_name="churn"
        )

    (line,) = (text for text in call("show", "last").stdout.splitlines() if "models:/" in text)
    line_of_json, registered = json.loads(call("show", "last", "--json").stdout)["models"]

    assert line.split()[0] == "model"
    assert line.split()[-1] == "models:/churn/1"
    assert (line_of_json["registered_name"], line_of_json["registered_version"]) == (None, None)
    assert (registered["registered_name"], registered["registered_version"]) == ("churn", 1)


def test_an_unknown_run_is_one_line_on_standard_error(call, recorded):
    result = call("show", "zzzz")

    assert result.exit_code == 1
    assert "There is no run 'zzzz'" in result.stderr
