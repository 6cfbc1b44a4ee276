"""Bytes of Python's objects that depend on nothing but their contents."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMAT = 2
"""The last of marshal's formats that does not depend on which objects are the same one."""

_DEEPEST = 8
_TOLD_BY_REPR = frozenset(
    {"datetime", "decimal", "fractions", "ipaddress", "numpy", "pandas", "pathlib", "uuid"}
)
"""Libraries whose values write themselves out in full; of others only the type is told, because
their `repr` may be code of the user's, or an address."""


def to_bytes(values: Sequence[Any]) -> bytes:
    """The same bytes for the same values, in each process and version of Python.

    Args:
        values: Text, numbers, dates, and lists and dictionaries of them, of which the types count
            too; of other objects the type alone is told.
    """
    try:
        return marshal.dumps(list(values), _FORMAT)
    except ValueError:
        return marshal.dumps([_plain(value, _DEEPEST) for value in values], _FORMAT)


def _plain(value: Any, depth: int) -> Any:
    """What marshal can write of a value."""
    kind = type(value)
    if value is None or kind in {bool, int, float, complex, str, bytes}:
        return value
    if kind in {list, tuple} and depth:
        return [kind.__name__, [_plain(item, depth - 1) for item in value]]
    if kind in {set, frozenset} and depth:
        return [kind.__name__, sorted(to_bytes([_plain(item, depth - 1)]) for item in value)]
    if kind is dict and depth:
        items = [[_plain(one, depth - 1) for one in item] for item in value.items()]
        return ["dict", items]
    name = f"{kind.__module__}.{kind.__qualname__}"
    library = name.partition(".")[0]
    if library == "numpy" and hasattr(value, "tolist") and depth:
        return [name, str(value.dtype), _plain(value.tolist(), depth - 1)]
    return [name, str(value)] if library in _TOLD_BY_REPR else [name]
