"""SQL statements over many rows at once.

Python lets other threads run during every step of a statement, and then waits for up to five
milliseconds until a busy one gives way. So few long statements are used instead of many short
ones, with little work between them.
"""

from __future__ import annotations

import sqlite3
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    class Rows(Protocol):
        """What a query has found."""

        def fetchone(self) -> Any:
            """The next row, or None."""
            ...

        def fetchall(self) -> Any:
            """All rows that are left."""
            ...

        def __iter__(self) -> Iterator[Any]: ...

    class Connection(Protocol):
        """A connection to any database, as those see it who only ask."""

        def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows:
            """Runs a statement whose parameters are question marks."""
            ...


ROWS_PER_STATEMENT = 500
"""Makes a statement of points about a quarter of a millisecond of work before it and in it."""

_IDS_PER_STATEMENT = 900  # older builds of SQLite take no more than 999 parameters


def rows_per_statement(connection: sqlite3.Connection, width: int) -> int:
    """How many rows of so many columns this build of SQLite takes in one statement."""
    most = connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return max(1, min(ROWS_PER_STATEMENT, most // width))


def insert_flat(
    connection: sqlite3.Connection, head: str, width: int, values: Sequence[object], tail: str = ""
) -> None:
    """Inserts rows that come as one sequence of values, with one statement.

    Args:
        connection: A connection inside a transaction.
        head: The statement up to `VALUES`.
        width: Columns of a row.
        values: The values of all rows, one after another.
        tail: What follows the rows.
    """
    row = f"({','.join('?' * width)})"
    rows = ",".join([row] * (len(values) // width))
    connection.execute(f"{head} VALUES {rows} {tail}", values)


def insert_rows(
    connection: sqlite3.Connection, head: str, rows: Iterable[Sequence[object]], tail: str = ""
) -> None:
    """Inserts rows with as few statements as SQLite allows.

    Args:
        connection: A connection inside a transaction.
        head: The statement up to `VALUES`.
        rows: The rows, all of one width.
        tail: What follows the rows.
    """
    waiting = list(rows)
    if not waiting:
        return
    width = len(waiting[0])
    count = rows_per_statement(connection, width)
    for first in range(0, len(waiting), count):
        values = list(chain.from_iterable(waiting[first : first + count]))
        insert_flat(connection, head, width, values, tail)


def in_chunks(
    connection: Connection, select: str, values: Sequence[object], tail: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Selects the rows that belong to any of the values.

    Args:
        connection: Any connection.
        select: The statement, ending in `IN`.
        values: The values; none of them means no rows.
        tail: What follows the values.

    Yields:
        The rows.
    """
    for first in range(0, len(values), _IDS_PER_STATEMENT):
        chunk = values[first : first + _IDS_PER_STATEMENT]
        marks = ",".join("?" * len(chunk))
        yield from connection.execute(f"{select} ({marks}) {tail}", chunk)
