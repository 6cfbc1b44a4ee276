"""Which file a `sqlite:` URI means, read as SQLAlchemy reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_NAME = "runs.db"

_SCHEME = "sqlite"
_FORMS = (
    "Write `sqlite:` for runs.db in the autolog directory, `sqlite:///runs.db` for a relative "
    "path, or `sqlite:////data/runs.db` for an absolute one."
)


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without touching the disk.

    Args:
        uri: A `sqlite:` URI.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    _path_in(uri)


def database_path(uri: str, directory: Path) -> Path:
    """The database file that a URI means.

    A relative path is taken from the folder that holds the autolog directory, not from the
    working directory of the moment: scripts change theirs, and recovery runs elsewhere.

    Args:
        uri: A `sqlite:` URI.
        directory: The autolog directory.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    path = _path_in(uri)
    return directory.absolute().parent / path if path else directory.absolute() / DEFAULT_NAME


def _path_in(uri: str) -> str:
    scheme, _, rest = uri.partition(":")
    if scheme != _SCHEME:
        raise ConfigurationError(f"The sink {uri!r} is no SQLite sink. {_FORMS}")
    if not rest:
        return ""
    path = rest.removeprefix("///")
    if path == rest or not path or path.endswith("/"):
        raise ConfigurationError(f"The sink {uri!r} names no file. {_FORMS}")
    if "?" in path or "\0" in path or path == ":memory:":
        raise ConfigurationError(f"The sink {uri!r} does not name a plain file. {_FORMS}")
    return path
