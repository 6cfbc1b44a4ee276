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
from autolog.directory import directory_to_read, directory_to_write
from autolog.errors import StoreMissing
from autolog.registry import discover, vocabulary
from autolog.sinks.registry import open_sink, scheme
from autolog.store.opening import first_readable, store_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.delivery.recovery import RecoveryReport
    from autolog.registry import Available
    from autolog.store import Store

_PATIENCE = 5.0  # seconds that somebody who wants to look at runs waits for a sink


def open_store(uri: str | None = None) -> Store:
    """The store, once the journals of processes that are gone have been delivered to it.

    What that did is said on standard error, if it did anything.

    Args:
        uri: The URI of the sink that has the runs; by default the first one that is configured and
            can be read back.

    Raises:
        StoreMissing: There is no autolog directory, and the runs are not elsewhere.
        StoreError: The sink's runs cannot be read back.
        ConfigurationError: The URI, the environment or a configuration file holds something
            unusable.
    """
    found = uri or store_uri()
    try:
        directory = directory_to_read()
    except StoreMissing:
        if uri is None and scheme(found) == "sqlite":
            raise
        return store_at(found, directory_to_write())
    report = recover(directory, open_sink=open_sink, deadline=time.monotonic() + _PATIENCE)
    _tell(report)
    return store_at(found, directory)


def store_uri() -> str:
    """The URI of the sink whose database is the store.

    Raises:
        ConfigurationError: The environment or a configuration file holds something unusable.
    """
    return first_readable(configuration(discover()).settings().sink) or "sqlite:"


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
