"""The variables of a function that is under way, read so that nothing holds them afterwards."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

_OPTIMIZED = 0x1
_READS_ITS_VARIABLES = frozenset({"dir", "eval", "exec", "locals", "vars"})
_HAS_PROXIES = sys.version_info >= (3, 13)
_FRAME_AND_HERE = 2
"""References to a snapshot that only its frame holds: the frame's, and a variable's."""


def is_function(frame: FrameType) -> bool:
    """Whether a frame is that of a function, whose variables are not in a dictionary."""
    return bool(frame.f_code.co_flags & _OPTIMIZED)


def variables_of(frame: FrameType) -> list[tuple[str, Any]] | None:
    """The local variables of a frame, each with its name.

    Before Python 3.13 a look at the variables of a function leaves a snapshot of them on the frame,
    which would keep alive what the function deletes. It is emptied, except where somebody else has
    got hold of it. Functions that may do so by themselves are not looked at, for that would change
    what they have got.

    Args:
        frame: The frame.

    Returns:
        Pairs of a name and a value; `None` for such a function.
    """
    if _HAS_PROXIES or not is_function(frame):
        # a list, because another thread may set a variable meanwhile
        return list(frame.f_locals.items())
    if not _READS_ITS_VARIABLES.isdisjoint(frame.f_code.co_names):
        return None
    snapshot: Any = frame.f_locals
    variables = list(snapshot.items())
    if sys.getrefcount(snapshot) - 1 <= _FRAME_AND_HERE:
        snapshot.clear()
    return variables
