"""What a library's own matrix was made from, remembered as long as the matrix is in use."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.dataset.digest import digest_of
from autolog.capture.dataset.sources import parts_of
from autolog.capture.rows import first_rows
from autolog.capture.weak_identity import WeakIdentities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Remembered(msgspec.Struct, frozen=True):
    """What one matrix was made from.

    Attributes:
        rows: A copy of its first rows, as data of the user's kind; `None` where it has none.
        details: What else the integration wants to know of it.
    """

    rows: Any
    details: Mapping[str, Any]
    _data: Callable[[], Any]
    _targets: Callable[[], Any]

    @property
    def data(self) -> Any:
        """The user's data, if he still uses them and their first rows are what they were."""
        data = self._data()
        if data is None or _digest(first_rows(data)) != _digest(self.rows):
            return None
        return data

    @property
    def targets(self) -> Any:
        """What was to be predicted, if the user still uses it."""
        return self._targets()


class RememberedData:
    """What the matrices in use were made from: a few rows are copied, the rest is held weakly."""

    def __init__(self) -> None:
        self._known: WeakIdentities[Remembered] = WeakIdentities()

    def remember(
        self,
        matrix: object,
        data: Any,
        targets: Any = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Remembers what a matrix was made from; takes microseconds, however large that is.

        Args:
            matrix: The library's matrix.
            data: The user's data.
            targets: What is to be predicted for each row.
            details: What else is to be known of the matrix.
        """
        remembered = Remembered(
            first_rows(data), details or {}, _reference(data), _reference(targets)
        )
        self._known.set(matrix, remembered)

    def remember_rows(self, matrix: object, rows: Any, details: Mapping[str, Any]) -> None:
        """Remembers some rows of what a matrix was made from, where all of it was never there.

        Args:
            matrix: The library's matrix.
            rows: The rows, which are not copied.
            details: What else is to be known of the matrix.
        """
        self._known.set(matrix, Remembered(rows, details, _gone, _gone))

    def find(self, matrix: object) -> Remembered | None:
        """What a matrix was made from; `None` for one that was made while nobody looked."""
        return self._known.get(matrix)


def _reference(value: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(value)
    except TypeError:  # a list or a number
        return _gone


def _gone() -> None:
    """Stands for the reference to what cannot be held weakly."""


def _digest(rows: Any) -> str | None:
    parts = None if rows is None else parts_of(rows)
    return None if parts is None else digest_of(parts).digits
