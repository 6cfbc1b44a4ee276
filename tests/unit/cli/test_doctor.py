"""`autolog doctor`."""

from __future__ import annotations

import json
import os
import sqlite3
import sys

import pytest

import autolog
from autolog.cli.libraries import installed_version


def examine(call, *arguments):
    result = call("doctor", "--json", *arguments)
    document = json.loads(result.stdout)
    assert result.exit_code == (1 if document["problems"] else 0)
    return document


def library(document, name):
    return next(row for row in document["libraries"] if row["library"] == name)


def test_where_all_is_well_nothing_is_wrong(call, recorded):
    result = call("doctor")

    assert result.exit_code == 0
    assert "No problems found." in result.stdout


def test_where_nothing_was_recorded_yet_nothing_is_wrong(call):
    document = examine(call)

    assert document["problems"] == []
    assert document["autolog"][0]["directory"] is None


def test_libraries_are_listed_with_their_versions_and_whether_they_are_recorded(call):
    row = library(examine(call), "sklearn")

    assert row["recorded"] is True
    assert row["version"] == installed_version("sklearn") != "unknown"


def test_a_library_that_is_switched_off_is_not_recorded(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG_SKLEARN", "0")

    assert library(examine(call), "sklearn")["recorded"] is False


def test_everything_switched_off_is_told(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG", "0")

    document = examine(call)

    assert document["autolog"][0]["switched_off"] is True
    assert library(document, "toylearn")["recorded"] is False


def test_patches_are_listed_once_libraries_may_be_imported(call):
    assert "patches" not in library(examine(call), "toylearn")
    assert "toylearn:Slope.fit" in library(examine(call, "--import"), "toylearn")["patches"]


def test_a_library_that_cannot_be_imported_is_a_problem(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    monkeypatch.setitem(sys.modules, "toylearn", None)
    monkeypatch.setattr("autolog.cli.libraries.installed_version", lambda _: "1.0")

    document = examine(call, "--import")

    assert library(document, "toylearn")["patches"] == []
    assert [problem for problem in document["problems"] if "importing toylearn failed" in problem]


def test_an_unsupported_version_is_a_problem(call, monkeypatch):
    monkeypatch.setattr("autolog.cli.libraries.installed_version", lambda _: "0.3")

    problems = examine(call)["problems"]

    assert any("sklearn 0.3 is installed, and autolog supports >=" in text for text in problems)


def test_a_library_that_is_not_there_is_none(call, monkeypatch):
    monkeypatch.setattr("autolog.cli.libraries.installed_version", lambda _: "not installed")

    row = library(examine(call, "--import"), "toylearn")

    assert (row["recorded"], row["patches"]) == (False, [])


@pytest.mark.parametrize(
    ("name", "expected"), [("no_such_library", "not installed"), ("json", "unknown")]
)
def test_a_version_that_cannot_be_found_is_told_as_such(name, expected):
    assert installed_version(name) == expected


def test_a_sink_that_does_not_exist_is_a_problem_and_keeps_its_secrets(call, monkeypatch):
    monkeypatch.setenv("AUTOLOG_SINK", "nowhere://me:geheim@host")

    result = call("doctor")

    assert result.exit_code == 1
    assert "No installed sink has the scheme 'nowhere'" in result.stdout
    assert "geheim" not in result.output


@pytest.mark.parametrize("place", [".", "journal", "runs.db"])
def test_a_place_that_cannot_be_written_is_a_problem_and_the_sink_is_not_usable(
    call, recorded, directory, monkeypatch, place
):
    refused = directory / place
    # Permissions themselves would not do: they do not bind a superuser.
    allowed = os.access
    monkeypatch.setattr(
        "os.access", lambda path, *mode, **how: path != refused and allowed(path, *mode, **how)
    )

    document = examine(call)

    assert document["sinks"] == [{"sink": "sqlite:", "usable": False}]
    (problem,) = document["problems"]
    assert problem.startswith(f"{refused} cannot be written; look at its owner")


def test_a_journal_that_cannot_be_written_is_a_problem_whatever_the_sink(
    call, recorded, directory, monkeypatch
):
    journal = directory / "journal"
    allowed = os.access
    monkeypatch.setenv("AUTOLOG_SINK", "toy:events.jsonl")
    monkeypatch.setattr(
        "os.access", lambda path, *mode, **how: path != journal and allowed(path, *mode, **how)
    )

    assert any(problem.startswith(f"{journal} cannot") for problem in examine(call)["problems"])


def test_an_unusable_option_is_a_problem_and_told_once(call, recorded, monkeypatch):
    monkeypatch.setenv("AUTOLOG_EVERY_N_STEPS", "often")

    problems = examine(call)["problems"]

    assert len([text for text in problems if "AUTOLOG_EVERY_N_STEPS" in text]) == 1


def test_the_store_is_summed_up(call, recorded):
    (store,) = examine(call)["store"]

    assert store["runs"] == {"FAILED": 1, "FINISHED": 3}
    assert store["metric_points"] == 8


def test_a_store_of_a_newer_version_is_a_problem(call, recorded, directory):
    with sqlite3.connect(directory / "runs.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()

    assert any("999" in problem for problem in examine(call)["problems"])


def test_what_failed_of_our_own_is_a_problem(call, recorded):
    with autolog.run("unlucky", tags={"autolog.error": "reading params: KeyError"}):
        pass

    document = examine(call)

    assert document["failures"][0]["message"] == "reading params: KeyError"
    assert "failed during 1 run" in document["problems"][0]


def test_a_journal_that_cannot_be_delivered_is_a_problem(call, directory, monkeypatch):
    (directory / "events.jsonl").mkdir(parents=True)
    monkeypatch.setenv("AUTOLOG_SINK", "toy:events.jsonl")
    monkeypatch.setenv("AUTOLOG_EXIT_TIMEOUT", "0")
    with autolog.run("stuck"):
        pass

    document = examine(call)

    (journal,) = document["journals"]
    assert journal["waiting_bytes"] > 0
    assert journal["live"] is False
    assert any("`autolog sync` tells why" in problem for problem in document["problems"])


def test_refused_records_are_a_problem(call, recorded, directory):
    file = directory / "quarantine" / "journal.jsonl"
    file.parent.mkdir()
    file.write_text("{}\n")

    document = examine(call)

    assert document["quarantine"] == [{"file": str(file), "size_bytes": 3}]
    assert any("quarantine" in problem for problem in document["problems"])


def test_lost_records_are_a_problem(call, recorded, directory):
    with sqlite3.connect(directory / "runs.db") as connection:
        connection.execute("INSERT INTO dropped (run, reason, count) VALUES (1, 'disk full', 7)")
    connection.close()

    document = examine(call)

    assert document["lost"] == [{"reason": "disk full", "records": 7}]
    assert any("7 records could not be kept" in problem for problem in document["problems"])


def test_everything_is_told_to_people_too(call, recorded, monkeypatch):
    output = call("doctor", "--import").stdout

    assert "sklearn.base:BaseEstimator.fit+" in output
    assert "3 FINISHED" in output
    assert "metric points" in output
