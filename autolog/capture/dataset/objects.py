"""Bytes of Python's objects that depend on nothing but their contents."""

from __future__ import annotations

import marshal
from itertools import chain
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMAT = 2
"""The last of marshal's formats that does not depend on which objects are the same one."""

_HEADER = 5
"""Bytes that marshal writes before the items of a list or a tuple: its kind and their number."""

_CODES = {float: (b"g"[0], 9), int: (b"i"[0], 5)}
"""How marshal begins a number, and how many bytes it takes; an int beyond 32 bits takes more."""

_SEPARATOR = "\0"
_DEEPEST = 8
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes})
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
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
    values = values if type(values) is list else list(values)
    quick = quick_bytes(values)
    if quick is not None:
        return quick
    return marshal.dumps(_all_plain(values, _DEEPEST), _FORMAT)


def quick_bytes(values: list[Any]) -> bytes | None:
    """The same, in some nanoseconds per object; `None` where each has to be looked at in Python.

    Args:
        values: Any objects.
    """
    if not values:
        return b""
    first = values[0]
    found = _of_texts(values) if type(first) is str else None
    if found is None and is_array(first):
        found = _of_arrays(values)
    if found is not None:
        return found
    try:
        written = marshal.dumps(values, _FORMAT)
    except ValueError:
        return None
    # marshal takes the memory of whatever has some for a text, and even that of pointers
    return written if _are_even(values, written) or _are_plain(values) else None


def are_texts(values: list[Any]) -> bool:
    """Whether all values are text, told without a look at each in Python."""
    try:
        "".join(values)
    except TypeError:
        return False
    return True


def _of_texts(values: list[Any]) -> bytes | None:
    """Texts, joined; `None` if there are others among them, or the separator is in one."""
    import numpy as np

    try:
        texts = _SEPARATOR.join(values).encode("utf-8", "surrogatepass")
    except TypeError:
        return None
    separators = len(texts) - np.count_nonzero(np.frombuffer(texts, np.uint8))
    return b"%d:%b" % (len(texts), texts) if separators == len(values) - 1 else None


def _of_arrays(values: list[Any]) -> bytes | None:
    """Arrays of one type and shape; `None` if they are not all such, or hold objects."""
    import numpy as np

    if set(map(type, values)) != {np.ndarray}:
        return None
    first = values[0]
    likes = {(array.dtype, array.shape) for array in values}
    if len(likes) > 1 or first.dtype.hasobject:
        return None
    heading = marshal.dumps([str(first.dtype), first.shape, len(values)], _FORMAT)
    return heading + b"".join(map(np.ndarray.tobytes, values))


def _are_even(values: list[Any], written: bytes) -> bool:
    """Whether marshal wrote numbers, and in each row of the same kind as in the first.

    So there is nothing else among them. Read from what it wrote, that takes a tenth of the time.
    """
    import numpy as np

    row = values[0]
    places, codes, width = list[int](), list[int](), 0
    if type(row) in {list, tuple}:
        codes += written[_HEADER : 2 * _HEADER]
        places += range(_HEADER)
        width = _HEADER
    for cell in row if width else [row]:
        code, size = _CODES.get(type(cell), (0, 0))
        if not size:
            return False
        places.append(width)
        codes.append(code)
        width += size
    if len(written) - _HEADER != width * len(values):
        return False
    table = np.frombuffer(written, np.uint8, offset=_HEADER).reshape(len(values), width)
    return bool((table.take(places, axis=1) == np.array(codes, np.uint8)).all())


def _are_plain(values: list[Any], depth: int = _DEEPEST) -> bool:
    """Whether there is nothing but plain values, in containers of which marshal knows the order."""
    kinds = set(map(type, values)) - _PLAIN
    if not kinds:
        return True
    if not depth or not kinds <= _CONTAINERS:
        return False
    containers = [value for value in values if type(value) in kinds]
    items = list(chain.from_iterable(containers))
    if dict in kinds:
        items += chain.from_iterable(v.values() for v in containers if type(v) is dict)
    return _are_plain(items, depth - 1)


def _all_plain(values: Iterable[Any], depth: int) -> list[Any]:
    # most are plain as they are, and a call would take ten times as long
    return [value if type(value) in _PLAIN else _plain(value, depth) for value in values]


def _plain(value: Any, depth: int) -> Any:
    """What marshal can write of a value."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in {list, tuple} and depth:
        return [kind.__name__, _all_plain(value, depth - 1)]
    if kind in {set, frozenset} and depth:
        return [kind.__name__, sorted(to_bytes([_plain(item, depth - 1)]) for item in value)]
    if kind is dict and depth:
        return ["dict", [_all_plain(item, depth - 1) for item in value.items()]]
    name = f"{kind.__module__}.{kind.__qualname__}"
    library = name.partition(".")[0]
    if library == "numpy" and hasattr(value, "tolist") and depth:
        return [name, str(value.dtype), _plain(value.tolist(), depth - 1)]
    return [name, str(value)] if library in _TOLD_BY_REPR else [name]
