"""A data set that a library keeps in a form of its own, and of which only some rows are at hand."""

from __future__ import annotations

from typing import Any

import msgspec


class Excerpt(msgspec.Struct, frozen=True):
    """Some rows, which are nobody else's, and the size of the whole.

    Attributes:
        rows: The rows, as data of any kind; `None` if there are none.
        shape: How many rows and columns the whole has.
        like: Rows that have the schema of the whole, where the others, such as a matrix made of a
            table, have not.
    """

    rows: Any
    shape: tuple[int, int]
    like: Any = None

    @property
    def telling(self) -> Any:
        """The rows that have the schema of the whole; `None` if there are none."""
        return self.rows if self.like is None else self.like
