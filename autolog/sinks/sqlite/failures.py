"""Turns what SQLite and the file system complain about into words for the user."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog.errors import DiskFull, SinkUnavailable
from autolog.full_disk import DISK_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# By the beginning of the error's name, as SQLite's extended codes refine them by suffixes.
_ADVICE = {
    "SQLITE_BUSY": "another program keeps it locked; close it if this lasts",
    "SQLITE_LOCKED": "another program keeps it locked; close it if this lasts",
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_IOERR": "the disk reports an error or is full; look at it",
    "SQLITE_CANTOPEN": "it cannot be opened; look at the folder's permissions",
    "SQLITE_READONLY": "it cannot be written; look at the permissions of the file and its folder",
    "SQLITE_PERM": "it cannot be written; look at the permissions of the file and its folder",
    "SQLITE_CORRUPT": "it is damaged; move it away and a new one is begun",
    "SQLITE_NOTADB": "the file is no SQLite database; move it away and a new one is begun",
}
_BUGS = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.ProgrammingError)


@contextmanager
def unavailable_when_failing(path: Path) -> Iterator[None]:
    """Raises `SinkUnavailable` for every failure that may pass, or that the user can mend.

    Args:
        path: The database's file.

    Raises:
        DiskFull: There is no room for what is to be written.
        SinkUnavailable: SQLite or the file system cannot work now.
    """
    try:
        yield
    except _BUGS:
        raise
    except sqlite3.DatabaseError as error:
        if _name(error).startswith("SQLITE_FULL"):
            raise DiskFull(path) from error
        raise SinkUnavailable(f"{path}: {advice(error)} ({error}).") from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise DiskFull(path) from error
        raise SinkUnavailable(f"{path} cannot be written: {error}.") from error


def advice(error: sqlite3.DatabaseError) -> str:
    """What an error of SQLite's means for the user, and what to do."""
    name = _name(error)
    for beginning, text in _ADVICE.items():
        if name.startswith(beginning):
            return text
    return "SQLite cannot use it"


def _name(error: sqlite3.DatabaseError) -> str:
    return getattr(error, "sqlite_errorname", "")
