"""What is known of objects by their identity, for as long as these are in use."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Known = TypeVar("Known")


class WeakIdentities(Generic[Known]):
    """A dictionary whose keys are held weakly, and neither hashed nor compared.

    Threads may share one: each step is a single operation on a dictionary.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Callable[[], Any], Known]] = {}

    def set(self, key: Any, value: Known) -> bool:
        """Notes what is known of an object; false where it cannot be held weakly."""
        place = id(key)
        try:
            reference = weakref.ref(key, partial(_forget, self._known, place))
        except TypeError:  # a list, or of a class with `__slots__`
            return False
        self._known[place] = reference, value
        return True

    def get(self, key: object) -> Known | None:
        """What is known of an object; `None` if nothing is."""
        known = self._known.get(id(key))
        return known[1] if known is not None and known[0]() is key else None

    def clear(self) -> None:
        """Forgets all objects."""
        self._known.clear()


def _forget(known: dict[int, tuple[Callable[[], Any], Any]], place: int, gone: object) -> None:
    entry = known.get(place)
    if entry is not None and entry[0] is gone:
        known.pop(place, None)
