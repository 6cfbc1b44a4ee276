"""Finds the one run that a user means by an id, by its beginning, or by `last`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import RunNotFound

if TYPE_CHECKING:
    from autolog.sinks.sqlite.statements import Connection

LAST = "last"
"""Means the newest top-level run."""

_SHOWN = 5
_SHORT = 8


def find_run(connection: Connection, wanted: str, place: str) -> int:
    """The row of a run.

    Args:
        connection: A connection for reading.
        wanted: An id, the beginning of one, or `last`.
        place: The database, for messages.

    Raises:
        RunNotFound: No run, or more than one, is meant.
    """
    if wanted == LAST:
        return _newest(connection, place)
    # its index is asked first; for a beginning, all ids are looked at
    exact = connection.execute("SELECT id FROM run WHERE run_id = ?", (wanted,)).fetchone()
    if exact is not None:
        return int(exact[0])
    rows = connection.execute(
        "SELECT id, run_id, name FROM run WHERE substr(run_id, 1, ?) = ?"
        " ORDER BY length(run_id), start_ns DESC LIMIT ?",
        (len(wanted), wanted, _SHOWN + 1),
    ).fetchall()
    if len(rows) == 1:
        return int(rows[0][0])
    if not wanted or not rows:
        raise RunNotFound(f"There is no run {wanted!r} in {place}; {_near(connection, wanted)}.")
    raise RunNotFound(f"Several runs begin with {wanted!r}: {_listed(rows)}.")


def _newest(connection: Connection, place: str) -> int:
    # two questions, which an index on the start answers each, and one on both would not
    for condition in ("parent_run_id IS NULL", "parent_run_id IS NOT NULL"):
        row = connection.execute(
            f"SELECT id FROM run WHERE {condition} ORDER BY start_ns DESC, id DESC LIMIT 1"  # noqa: S608 - our own words
        ).fetchone()
        if row is not None:
            return int(row[0])
    raise RunNotFound(f"No run has been recorded in {place} yet.")


def _near(connection: Connection, wanted: str) -> str:
    named = connection.execute(
        "SELECT id, run_id, name FROM run WHERE name = ? ORDER BY start_ns DESC LIMIT ?",
        (wanted, _SHOWN + 1),
    ).fetchall()
    if named:
        return f"runs of this name: {_listed(named)}"
    from difflib import get_close_matches

    newest = connection.execute(
        "SELECT id, run_id, name FROM run ORDER BY start_ns DESC LIMIT 1000"
    ).fetchall()
    by_beginning = {row[1][: len(wanted)]: row for row in newest}
    close = get_close_matches(wanted, by_beginning, n=_SHOWN) if wanted else []
    if close:
        return f"close to it: {_listed([by_beginning[match] for match in close])}"
    return (
        f"the newest are {_listed(newest[:_SHOWN])}" if newest else "no run has been recorded yet"
    )


def _listed(rows: list[tuple[int, str, str]]) -> str:
    shown = ", ".join(f"{run_id[:_SHORT]} ({name})" for _, run_id, name in rows[:_SHOWN])
    return f"{shown}, ..." if len(rows) > _SHOWN else shown
