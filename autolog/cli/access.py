"""Opens the store that a command is about, complete with what ended processes left behind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autolog.cli.formatting import counted
from autolog.config.settings import Configuration
from autolog.config.sources import from_environment, from_file
from autolog.delivery.recovery import recover
from autolog.directory import directory_to_read
from autolog.registry import discover, vocabulary
from autolog.sinks.registry import open_sink, scheme
from autolog.sinks.sqlite.location import database_path
from autolog.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.delivery.recovery import RecoveryReport
    from autolog.registry import Available

_PATIENCE = 5.0  # seconds that somebody who wants to look at runs waits for a sink


def open_store() -> Store:
    """The store, once the journals of processes that are gone have been delivered to it.

    What that did is said on standard error, if it did anything.

    Raises:
        StoreMissing: There is no autolog directory.
        ConfigurationError: The environment or a configuration file holds something unusable.
    """
    directory = directory_to_read()
    report = recover(directory, open_sink=open_sink, deadline=time.monotonic() + _PATIENCE)
    _tell(report)
    sinks = configuration(discover()).settings().sink
    databases = (uri for uri in sinks if scheme(uri) == "sqlite")
    return Store(database_path(next(databases, "sqlite:"), directory), directory=directory)


def configuration(available: Mapping[str, Available]) -> Configuration:
    """The options of a script that is started here, unless it sets them itself.

    Args:
        available: The integrations that are installed.

    Raises:
        ConfigurationError: The environment or a configuration file holds something unusable.
    """
    names = vocabulary(available)
    return Configuration(from_file(names, Path.cwd()), from_environment(names))


def _tell(report: RecoveryReport) -> None:
    if report.journals:
        ended = counted(len(report.journals), "process")
        killed = counted(len(report.killed_runs), "run")
        click.echo(f"autolog: delivered what {ended} had left; {killed} ended KILLED.", err=True)
    if report.kept:
        waiting = counted(len(report.kept), "journal")
        click.echo(f"autolog: {waiting} cannot be delivered now; see `autolog sync`.", err=True)
