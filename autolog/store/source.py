"""Where a store's rows are: in a file, or on a server. The rest of the store asks both alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.points import StoredPoint


class Dialect(NamedTuple):
    """What databases have words of their own for, with `{}` in the place of a column.

    Attributes:
        milliseconds: A number of nanoseconds as one of whole milliseconds.
        like: Whether a text is like the pattern that is the parameter.
        ilike: As `like`, whatever the case of letters.
    """

    milliseconds: str
    like: str
    ilike: str


class Source(Protocol):
    """A database that has the tables of a store."""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        ...

    @property
    def dialect(self) -> Dialect:
        """Its dialect of SQL."""
        ...

    def exists(self) -> bool:
        """Whether there is anything to ask."""
        ...

    def size_bytes(self) -> int:
        """How large it is, 0 where that cannot be told."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees the database as it is at one moment."""
        ...

    def schema_version(self, connection: Connection, /) -> int:
        """The version of its tables."""
        ...

    def history(self, connection: Connection, run_id: str, key: str, /) -> list[tuple[Any, ...]]:
        """Step, value and milliseconds of each point of a metric, by step and then by time."""
        ...

    def next_points(self, connection: Connection, run_id: str, after: int, /) -> list[StoredPoint]:
        """Some of the points of a run behind a row, in the order in which they arrived."""
        ...

    def delete(self, run_ids: Sequence[str], /) -> list[str]:
        """Deletes runs and all runs under them; gives the ids of those that were there."""
        ...
