"""The sink that keeps a team's runs on an SQL server, from a process of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from autolog.sinks.sql.location import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "held", "open_sink"]

PATIENCE = 60.0
"""Seconds after which a server that does not answer is given up on, until the next attempt."""

EVENTS_AT_ONCE = 2_000
"""Events in a batch: so few that the server soon has something to do while the next are read."""

BATCHES_AHEAD = 12
"""How many of them may be written in one transaction: a server rests between transactions."""


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of a server's URI; SQLAlchemy is not imported in this process.

    Args:
        uri: `postgresql://user:password@host/database`, `mysql://...`, `mariadb://...`, each
            perhaps with a driver (`mysql+mysqldb://...`), or `sql+` and any other URL of
            SQLAlchemy's. PostgreSQL takes what is missing from variables of its own (`PGHOST`).
        directory: The autolog directory.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.registry import without_secrets
    from autolog.sinks.relay.frames import Opening
    from autolog.sinks.relay.relayed import RelayedSink
    from autolog.sinks.secrets import hide_secrets
    from autolog.sinks.sql.location import address

    return RelayedSink(
        without_secrets(uri),
        Opening("autolog.sinks.sql.sink:SQLSink", (address(uri),)),
        directory.absolute(),
        without_secrets=partial(hide_secrets, uri=address(uri)),
        patience=PATIENCE,
        events_at_once=EVENTS_AT_ONCE,
        ahead=BATCHES_AHEAD,
    )


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs the server holds, and whether it has each by the journal that is named.

    Args:
        uri: The sink's URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.

    Raises:
        SinkUnavailable: The server cannot be read now.
    """
    from autolog.sinks.sql.holding import held_runs
    from autolog.sinks.sql.location import address

    del directory
    return held_runs(address(uri), journals)
