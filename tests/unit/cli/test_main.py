"""The group of commands."""

from __future__ import annotations

import sys

import click
import pytest
from click.testing import CliRunner

from autolog.cli.main import SUMMARIES, main
from autolog.version import __version__


def test_help_lists_every_command_with_its_summary():
    output = CliRunner().invoke(main, ["--help"]).output

    assert [name for name, summary in SUMMARIES.items() if f"{name}  " not in output] == []
    assert [summary for summary in SUMMARIES.values() if summary not in output] == []


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_commands_own_help_begins_with_its_summary(name):
    command = main.get_command(click.Context(main), name)

    assert command.name == name
    assert command.help.splitlines()[0] == SUMMARIES[name]


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_can_answer_in_json(name):
    output = CliRunner().invoke(main, [name, "--help"]).output

    assert "--json" in output


def test_an_unknown_command_is_a_usage_error(runner):
    result = runner.invoke(main, ["rnus"])

    assert result.exit_code == 2
    assert "No such command 'rnus'" in result.stderr


def test_an_error_of_our_own_is_one_line_and_exit_status_1(call):
    result = call("show", "last")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: There are no runs here: ")


@pytest.mark.parametrize("arguments", [["rnus"], ["rnus", "--help"]])
def test_a_command_that_does_not_exist_is_not_imported(arguments):
    CliRunner().invoke(main, arguments)

    assert "autolog.cli.rnus" not in sys.modules


def test_the_version_is_told():
    assert CliRunner().invoke(main, ["--version"]).output == f"autolog, version {__version__}\n"
