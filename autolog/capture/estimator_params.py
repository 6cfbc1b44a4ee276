"""The params of an estimator, asked for without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.isolation import undrawn
from autolog.capture.model.foreign_code import failing_as
from autolog.capture.params import KEY_LIMIT, stringify
from autolog.capture.quiet import quiet
from autolog.errors import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING_TAG = "autolog.params_missing"
"""The tag that says why some params of an estimator are not known."""


def estimator_params(
    estimator: Any, *, deep: bool = True, note: Callable[[dict[str, str]], object] | None = None
) -> dict[str, Any]:
    """The params that an estimator tells, without a draw from the generators that it holds.

    Some estimators draw a seed when they are asked. Of one that cannot tell its params, such as a
    pipeline with a class where an object belongs, as many are read as can be.

    Args:
        estimator: The estimator.
        deep: Whether the params of the estimators within it are told too.
        note: Is given a tag that says why some params are missing, where some are.
    """
    with undrawn(estimator), quiet():
        for depth in dict.fromkeys((deep, False)):
            try:
                return _told(estimator, deep=depth)
            except ModelFailed as failure:
                if note is not None:
                    note({MISSING_TAG: str(failure)})
    return _kept(estimator)


def _told(estimator: Any, *, deep: bool) -> dict[str, Any]:
    with failing_as(ModelFailed, "get_params"):
        params = estimator.get_params(deep=deep)
        return {
            name if type(name) is str else stringify(name, KEY_LIMIT): value
            for name, value in params.items()
        }


def _kept(estimator: Any) -> dict[str, Any]:
    """What the estimator has kept under the names of the parameters that it is made with."""
    import inspect

    try:
        names = inspect.signature(type(estimator)).parameters
    except (TypeError, ValueError):  # of a class that stands for an object
        return {}
    attributes = getattr(estimator, "__dict__", {})
    return {name: attributes[name] for name in names if name in attributes}
