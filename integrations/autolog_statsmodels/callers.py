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


def is_by_user(_call: Call) -> bool:
    """Whether the fit under way is not one of statsmodels' own.

    Tests of residuals, summaries, bootstraps and searches for an order fit models by the dozen,
    none of which is what the user is after. The tests of statsmodels count as a user's code.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the one way to see who calls
    while frame is not None and _module(frame).partition(".")[0] in _OURS:
        frame = frame.f_back
    if frame is None:
        return True
    module = _module(frame)
    return not module.startswith(_LIBRARY) or _TESTS in module


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))
