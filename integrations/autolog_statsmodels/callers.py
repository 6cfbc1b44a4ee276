"""The code that asks for a fit: the user's, or statsmodels' own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from autolog.integration import Call

_LIBRARY = "statsmodels."
_TESTS = ".tests."
_OURS = ("autolog", "autolog_statsmodels", "wrapt")
_SERIES = "statsmodels.tsa."
_REFITTING = frozenset({"_apply", "append", "apply"})
"""Methods of results that fit their model anew, to more data, for who calls them."""


def is_by_user(_call: Call) -> bool:
    """Whether the fit under way is not one of statsmodels' own.

    Tests of residuals, summaries, bootstraps and searches for an order fit models by the dozen,
    none of which is what the user is after. The tests of statsmodels count as a user's code.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the one way to see who calls
    while frame is not None and _passes_on(frame):
        frame = frame.f_back
    return frame is None or not _is_of_library(_module(frame))


def _passes_on(frame: FrameType) -> bool:
    """Whether it only does what the frame before has asked for."""
    module = _module(frame)
    if module.partition(".")[0] in _OURS:
        return True
    return frame.f_code.co_name in _REFITTING and module.startswith(_SERIES)


def _is_of_library(module: str) -> bool:
    return module.startswith(_LIBRARY) and _TESTS not in module


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))
