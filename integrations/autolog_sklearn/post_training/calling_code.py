"""The code that calls a recorded model or a metric: the user's, or scikit-learn's own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog.capture.dataset.variable import variable_name

if TYPE_CHECKING:
    from types import FrameType

    from autolog.integration import Call

_LONGEST_TEXT = 32
_LIBRARY = "sklearn"
_OURS = ("autolog", "autolog_sklearn", "wrapt")


def is_by_user(*, decorated: bool = False) -> bool:
    """Whether the call under way is not made by scikit-learn's own code.

    What scikit-learn asks of a model (for a curve, or a thousand times for the importance of its
    features) is no evaluation of it.

    Args:
        decorated: Whether the function is called by a decorator of scikit-learn's.
    """
    frame = _caller()
    if decorated and frame is not None:
        frame = frame.f_back
    return frame is None or _package(frame) != _LIBRARY


def variable_of(data: object) -> str | None:
    """The user's variable that holds an argument of the call under way, if one does."""
    frame = _caller()
    while frame is not None and _package(frame) == _LIBRARY:
        frame = frame.f_back
    return variable_name(data, frame)


def text_of(call: Call, name: str) -> str:
    """A call as text, such as `f1_score(y_true=y_test, y_pred=p, average='macro')`.

    Args:
        call: The call.
        name: What is called.
    """
    arguments = (
        f"{parameter}={_text(value)}" if parameter else _text(value)
        for parameter, value in call.given
    )
    return f"{name}({', '.join(arguments)})"


def _text(value: Any) -> str:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return repr(f"{value[:_LONGEST_TEXT]}...")
    if value is None or isinstance(value, str | bool | int | float):
        return repr(value)
    return variable_of(value) or f"<{type(value).__name__}>"


def _caller() -> FrameType | None:
    """The innermost frame that is not ours."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the one way to see who calls
    while frame is not None and _package(frame) in _OURS:
        frame = frame.f_back
    return frame


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]
