"""Warnings of work that the user did not ask for, silenced without a trace in his filters."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_thread = threading.local()


class _InQuietThread(type):
    """Says that every warning category is a subclass, but only in a thread that is to be quiet."""

    def __subclasscheck__(cls, category: type) -> bool:
        return getattr(_thread, "quiet", False)


class _AnyWarning(Warning, metaclass=_InQuietThread):
    """The category of the filter."""


@contextmanager
def quiet() -> Iterator[None]:
    """Silences the warnings of this thread within the block.

    `warnings.catch_warnings` cannot be used beside the user's threads: it swaps the filters of the
    whole process, and two threads that overlap leave them changed for ever. It also makes Python
    forget which warnings it has shown already. A filter of our own does neither.
    """
    rule: Any = ("ignore", None, _AnyWarning, None, 0)
    filters: Any = warnings.filters
    was_quiet = getattr(_thread, "quiet", False)
    _thread.quiet = True
    filters.insert(0, rule)
    try:
        yield
    finally:
        _thread.quiet = was_quiet
        filters.remove(rule)
