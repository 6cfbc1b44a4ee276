"""What models are told to do about missing values, which they do not keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.weak_identity import WeakIdentities

if TYPE_CHECKING:
    from autolog.integration import Call, HookSteps, Resumed

MISSING = "missing"
"""The name of the argument."""

_told: WeakIdentities[str] = WeakIdentities()


def missing_of(model: Any) -> str | None:
    """What a model was told; `None` if nothing."""
    return _told.get(model)


def is_told_of_missing(call: Call) -> bool:
    """Whether a model is made with the argument."""
    return MISSING in call.kwargs


def note_missing(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around the making of a model."""
    _told.set(call.instance, str(call.kwargs[MISSING]))
    yield
