"""Looking at a result without a trace: what it computes when asked is forgotten again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autolog.capture.isolation import restore_names
from autolog.capture.kinds import is_instance
from autolog.capture.quiet import quiet
from autolog_statsmodels.results import is_of_statsmodels

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_OBJECTS = 500
_MOST_ITEMS = 2000
_PLAIN = frozenset({type(None), bool, int, float, str, list, tuple, np.ndarray, np.float64})
"""What most attributes are, and has none that could be computed."""


@contextmanager
def untouched(root: object) -> Iterator[None]:
    """Undoes what the block adds to an object of statsmodels, and to those that it holds.

    Results keep what they have computed in a cache, which is pickled with them; models, their data
    and the indices of these do so too. Arrays are not looked after. Nobody is warned meanwhile.

    Args:
        root: A result or a model.
    """
    found = [(names, names.copy()) for names in _dictionaries(root)]
    try:
        with quiet():
            yield
    finally:
        for names, before in found:
            restore_names(names, before)


def _dictionaries(root: object) -> Iterator[dict[Any, Any]]:
    seen: set[int] = set()
    waiting = [root]
    while waiting and len(seen) < _MOST_OBJECTS:
        owner = waiting.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        try:
            names: dict[str, Any] = object.__getattribute__(owner, "__dict__")
        except AttributeError:  # an object of an extension module
            continue
        yield names
        for value in names.values():
            kind = type(value)
            if kind in _PLAIN:
                continue
            if kind is dict:
                if len(value) <= _MOST_ITEMS:
                    yield value
            elif is_of_statsmodels(kind):
                waiting.append(value)
            elif is_instance(value, "pandas", "DataFrame", "Index", "Series"):
                # what an index of times has found out about itself is pickled with it
                index = getattr(value, "index", value)
                waiting.append(getattr(index, "_data", None))
