"""Tells what a failure of a database means for a batch."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from autolog.sinks.secrets import hide_secrets

# SQLSTATE of PostgreSQL and the numbers of MySQL: a deadlock, or a snapshot that is out of date.
_CONFLICTS = {"40001", "40P01", 1205, 1213, 1020}
# No index has room for so long a key, no message for so long a text, no character set has such a
# character.
_TOO_LARGE = {"54000", 1071, 1153, 1366}

UNSTORABLE = (OverflowError, UnicodeEncodeError)
"""What Python says of a value that no column can hold."""


def is_conflict(error: Exception) -> bool:
    """Whether another writer was there first, so that the same batch can be taken at once."""
    return isinstance(error, IntegrityError) or _code(error) in _CONFLICTS


def is_unstorable(error: Exception) -> bool:
    """Whether a value is to blame, and not the server."""
    if isinstance(error, UNSTORABLE):
        return True
    return isinstance(error, DBAPIError) and (
        isinstance(error, DataError) or _code(error) in _TOO_LARGE
    )


def reason_of(error: Exception, address: str) -> str:
    """What a failure says, in a line, without passwords.

    Args:
        error: The failure.
        address: The server's URL.
    """
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    arguments = [text for text in said.args if isinstance(text, str)]  # MySQL's has a number before
    lines = (arguments[-1] if arguments else str(said)).strip().splitlines()
    line = lines[0] if lines else type(said).__name__
    return hide_secrets(line.rstrip(". "), address)


def _code(error: Exception) -> object:
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return state or (cause.args[0] if cause is not None and cause.args else None)
