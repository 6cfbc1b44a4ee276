"""The name that the user's own code has for a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import FrameType

_OURS = ("autolog", "wrapt")


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
    of_module = list(frame.f_globals.items())
    return _name_among(data, variables_of(frame) or ()) or _name_among(data, of_module)


def _is_ours(names: Mapping[str, Any]) -> bool:
    """Whether a module is autolog's, an integration's (`autolog_sklearn`), or wrapt's."""
    package = str(names.get("__name__")).partition(".")[0]
    return package in _OURS or package.startswith("autolog_")


def _name_among(data: object, variables: Iterable[tuple[str, object]]) -> str | None:
    found = (name for name, value in variables if value is data)
    # what a tool has put among the variables under no name that code could have is not the user's
    return next((name for name in found if name.isidentifier() and not name.startswith("_")), None)
