"""The `autolog` command, which loads a sub-command only when it is called."""

from __future__ import annotations

import importlib

import click

from autolog.errors import AutologError
from autolog.version import __version__

SUMMARIES = {
    "compare": "Shows runs side by side.",
    "doctor": "Tells what is recorded, where it goes and what went wrong.",
    "export": "Writes runs as Parquet files, one for each table.",
    "gc": "Deletes runs, and files that no run needs.",
    "import": "Takes runs over from an MLflow tracking store, which is only read.",
    "runs": "Lists runs, newest first.",
    "show": "Shows one run.",
    "sync": "Delivers what was left, or copies runs to another sink.",
}
"""What each sub-command does; its module in `autolog.cli` bears its name."""

_MODULES = {"import": "importing"}  # but for those that are words of Python's


class LazyGroup(click.Group):
    """A group of commands whose list can be printed without importing any of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """The names of all commands."""
        return sorted(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        """The command of that name, imported now."""
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = importlib.import_module(
            f"autolog.cli.{_MODULES.get(cmd_name, cmd_name)}"
        ).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as click calls it
        """Writes the list of commands, from the summaries alone."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Runs a command; an error of autolog's own becomes one line and exit status 1."""
        try:
            return super().invoke(ctx)
        except AutologError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autolog")
def main() -> None:
    """Looks at what autolog has recorded.

    Runs are read from the folder that AUTOLOG_DIR names, or else from the nearest `.autolog` in
    the working directory and the folders above it.
    """
