"""Opens the store that a sink's URI means, where what the sink keeps can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import StoreError
from autolog.sinks.registry import scheme, without_secrets
from autolog.sinks.sqlite.location import database_path
from autolog.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FILE = "sqlite"
_SERVERS = frozenset({"mariadb", "mysql", "postgres", "postgresql", "sql"})


def is_server(uri: str) -> bool:
    """Whether a sink's runs are on a server, from which they can be read back."""
    return scheme(uri) in _SERVERS


def first_readable(uris: Iterable[str]) -> str | None:
    """The first of some sinks whose runs can be read back; a file comes before a server."""
    readable = [uri for uri in uris if is_server(uri) or scheme(uri) == _FILE]
    return min(readable, key=lambda uri: scheme(uri) != _FILE, default=None)


def store_at(uri: str, directory: Path) -> Store:
    """The store of a sink.

    Args:
        uri: The sink's URI: `sqlite:...`, or that of a server, such as `postgresql://...`.
        directory: The autolog directory, which has the artifacts of the runs that were made here.

    Raises:
        StoreError: The sink's runs cannot be read back here.
        ConfigurationError: The URI is malformed, or a library is missing.
    """
    if scheme(uri) == _FILE:
        return Store(database_path(uri, directory), directory=directory)
    if not is_server(uri):
        raise StoreError(
            f"The runs of the sink {without_secrets(uri)!r} cannot be read back here; those of "
            "sqlite:, postgresql:, mysql: and mariadb: can."
        )
    from autolog.store.server import Server

    return Store(Server(uri), directory=directory)
