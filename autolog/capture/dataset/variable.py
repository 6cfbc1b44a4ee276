"""The name that the user's own code has for a data set."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import FrameType

_OURS = ("autolog", "wrapt")
_OPTIMIZED = 0x1
_READS_ITS_VARIABLES = frozenset({"dir", "eval", "exec", "locals", "vars"})
_HAS_PROXIES = sys.version_info >= (3, 13)
_FRAME_AND_HERE = 3
"""References to a snapshot that only its frame holds: the frame's, a variable's, an argument's."""


def variable_name(data: object, frame: FrameType | None) -> str | None:
    """The variable of the calling code that holds the data; `None` if there is none to be seen.

    Args:
        data: The very object that was passed.
        frame: Where to begin to look; the first frame outward that is the user's counts.

    Example:
        >>> variable_name(X_train, sys._getframe())
        'X_train'
    """
    while frame is not None and _is_ours(frame.f_globals):
        frame = frame.f_back
    if frame is None:
        return None
    if frame.f_code.co_flags & _OPTIMIZED:
        return _name_in_function(data, frame) or _name_among(data, frame.f_globals)
    return _name_among(data, frame.f_locals) or _name_among(data, frame.f_globals)


def _is_ours(names: Mapping[str, Any]) -> bool:
    """Whether a module is autolog's, an integration's (`autolog_sklearn`), or wrapt's."""
    package = str(names.get("__name__")).partition(".")[0]
    return package in _OURS or package.startswith("autolog_")


def _name_in_function(data: object, frame: FrameType) -> str | None:
    """The local variable, found so that nothing holds the function's objects afterwards.

    Before Python 3.13 a look at the variables leaves a snapshot of them on the frame, which would
    keep alive what the function deletes. It is emptied, except where somebody else has got hold of
    it. Functions that may do so by themselves are not looked at, for that would change what they
    have got.
    """
    if _HAS_PROXIES:
        return _name_among(data, frame.f_locals)
    if not _READS_ITS_VARIABLES.isdisjoint(frame.f_code.co_names):
        return None
    snapshot: Any = frame.f_locals
    name = _name_among(data, snapshot)
    if sys.getrefcount(snapshot) <= _FRAME_AND_HERE:
        snapshot.clear()
    return name


def _name_among(data: object, names: Mapping[str, object]) -> str | None:
    # a list, because another thread may set a variable meanwhile
    items: Iterable[tuple[str, object]] = list(names.items())
    found = (name for name, value in items if value is data)
    # what a tool has put among the variables under no name that code could have is not the user's
    return next((name for name in found if name.isidentifier() and not name.startswith("_")), None)
