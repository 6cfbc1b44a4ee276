"""What a fit has set on an estimator, read without running any code of the user's."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT: Any = object()
"""What `fitted_attribute` gives where there is no such attribute."""

_INNER = ("best_estimator_", "estimator_", "regressor_")
_DEEPEST = 5
_MOST_LISTED = 1000
_VALUES = (str, int, float, type(None))


def layers(estimator: Any) -> Iterator[Any]:
    """The estimator, and those in it that it hands its work to, the outermost first.

    These are the last step of a pipeline, the best estimator of a search, and the one estimator
    that a meta-estimator has fitted.
    """
    for _ in range(_DEEPEST):
        yield estimator
        names = vars(estimator)
        if is_pipeline(estimator):
            inner = names["steps"][-1][1] if names.get("steps") else None
        else:
            inner = next((names[name] for name in _INNER if name in names), None)
        if not hasattr(type(inner), "fit") or not hasattr(inner, "__dict__"):
            return
        estimator = inner


def fitted_attribute(estimator: Any, name: str) -> Any:
    """An attribute as the fit has left it; `ABSENT` where there is none.

    Of properties, which are computed when they are read, only those of scikit-learn's own classes
    are read.

    Args:
        estimator: The estimator.
        name: The attribute's name.
    """
    names = vars(estimator)
    if name in names:
        return names[name]
    definer = next((one for one in type(estimator).__mro__ if name in vars(one)), None)
    if definer is None or not isinstance(vars(definer)[name], property):
        return ABSENT
    if is_own(definer) and consists_of_own(estimator):
        with suppress(AttributeError, ValueError):  # not for the params that it was made with
            return getattr(estimator, name)
    return ABSENT


def last_step(estimator: Any) -> Any:
    """What a pipeline fits last, itself and no copy of it; the estimator if it is no pipeline."""
    while is_pipeline(estimator):
        steps = vars(estimator).get("steps")
        is_told = isinstance(steps, list | tuple) and steps and isinstance(steps[-1], tuple)
        if not is_told or not steps[-1]:  # which the pipeline is going to refuse
            return None
        estimator = steps[-1][-1]
    return estimator


def is_pipeline(estimator: Any) -> bool:
    """Whether it is a pipeline; the module of these is not imported to find out."""
    return is_instance(estimator, "sklearn.pipeline", "Pipeline")


def parts_of(estimator: Any) -> Iterator[Any]:
    """The estimator, and all that it was made with, itself or in lists: no copies that it fitted.

    They are found without `get_params`, which takes a tenth of a millisecond for each of them.
    """
    seen: set[int] = set()
    waiting = [estimator]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _VALUES):
            continue
        is_list = isinstance(part, (list, tuple))
        if id(part) in seen or not (is_list or hasattr(type(part), "fit")):
            continue
        seen.add(id(part))  # a list may hold itself
        if is_list:
            waiting.extend(part[:_MOST_LISTED])
        else:
            yield part
            names = getattr(part, "__dict__", {})
            waiting.extend(value for name, value in names.items() if not name.endswith("_"))


def consists_of_own(estimator: Any) -> bool:
    """Whether the estimator, and all within it, are of scikit-learn's own classes."""
    return all(is_own(type(part)) for part in parts_of(estimator))


def is_own(kind: type) -> bool:
    """Whether a class is one of scikit-learn's."""
    return kind.__module__.startswith("sklearn.")
