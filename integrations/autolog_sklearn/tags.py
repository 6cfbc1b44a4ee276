"""The tags that say what kind of estimator a run is about."""

from __future__ import annotations

NAME_TAG = "estimator_name"
CLASS_TAG = "estimator_class"


def estimator_tags(estimator: object) -> dict[str, str]:
    """The name of an estimator's class, alone and with its module."""
    kind = type(estimator)
    return {NAME_TAG: kind.__name__, CLASS_TAG: f"{kind.__module__}.{kind.__name__}"}
