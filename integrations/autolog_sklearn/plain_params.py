"""The params of estimators that keep them as scikit-learn's own do, read without asking for them.

`get_params` and `repr` look at the signature of the constructor anew each time, which takes them a
tenth of a millisecond for every estimator of a pipeline.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from sklearn import get_config

from autolog_sklearn.fitted import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = frozenset({bool, float, int, str, type(None)})
"""The classes of params that nothing can change, and that have no params of their own."""

_LINE = 79
"""Characters up to which scikit-learn keeps an estimator on one line, whatever is around it."""

_WITHOUT_PARAMS = PLAIN | {dict, frozenset, list, np.ndarray, set, tuple}
"""The same, and containers, of which nobody is asked what is in them."""

_DEEPEST = 10
_OF_ESTIMATORS, _OF_PIPELINES = "BaseEstimator.get_params", "Pipeline.get_params"

_known_parameters: WeakKeyDictionary[type, Mapping[str, inspect.Parameter]] = WeakKeyDictionary()


def constructor_parameters(kind: type) -> Mapping[str, inspect.Parameter]:
    """The parameters of a class, by name."""
    found = _known_parameters.get(kind)
    if found is None:
        found = _known_parameters[kind] = inspect.signature(kind).parameters
    return found


def deep_params(estimator: Any, deepest: int = _DEEPEST) -> dict[str, Any] | None:
    """What `get_params()` would give, with the params of the estimators within.

    Args:
        estimator: The estimator.
        deepest: How many estimators may be around one another.

    Returns:
        `None` where the estimator has to be asked, or anything within it: what is neither a
        container nor leaves the answer to `BaseEstimator` or `Pipeline`.
    """
    params = plain_params(estimator) if deepest else None
    asked = "" if params is None else type(estimator).get_params.__qualname__
    if params is None or asked not in {_OF_ESTIMATORS, _OF_PIPELINES}:
        return None
    found: dict[str, Any] = {}
    for name, value in params.items():
        if not _add_within(found, name, value, deepest):
            return None
        found[name] = value
    if asked == _OF_ESTIMATORS:
        return found
    steps = params["steps"]
    if not isinstance(steps, list) or not all(map(_is_step, steps)):
        return None
    found.update(steps)
    is_known = all(_add_within(found, name, step, deepest) for name, step in steps)
    return found if is_known else None


def _add_within(found: dict[str, Any], name: str, value: Any, deepest: int) -> bool:
    """Adds the params of a value, under its name; returns whether they are known."""
    if type(value) in _WITHOUT_PARAMS:
        return True
    # never a look at what the user's objects have, which may run code of theirs
    params = deep_params(value, deepest - 1)
    if params is None:
        return False
    found.update({f"{name}__{inner}": param for inner, param in params.items()})
    return True


def _is_step(step: object) -> bool:
    return isinstance(step, tuple) and len(step) == 2 and isinstance(step[0], str)  # noqa: PLR2004 - name and estimator


def plain_params(estimator: Any) -> dict[str, Any] | None:
    """What `get_params(deep=False)` would give; `None` where it has to be asked."""
    kind = type(estimator)
    asked = getattr(kind, "get_params", None)
    if asked is None or not is_own(asked):
        return None
    attributes, names = getattr(estimator, "__dict__", {}), sorted(constructor_parameters(kind))
    if not all(name in attributes for name in names):
        return None
    return {name: attributes[name] for name in names}


def plain_text(estimator: Any) -> str | None:
    """What the `repr` of scikit-learn's estimators would give; `None` where it has to be asked.

    That is where something else than numbers and words differs from the defaults, or it does not
    fit on a line, which scikit-learn breaks.

    Args:
        estimator: One whose `__repr__` is that of `BaseEstimator`.

    Example:
        >>> plain_text(LogisticRegression(C=10, max_iter=500))
        'LogisticRegression(C=10, max_iter=500)'
    """
    params = plain_params(estimator)
    if params is None or not get_config()["print_changed_only"]:
        return None
    parameters = constructor_parameters(type(estimator))
    changed = []
    for name, value in params.items():
        default = parameters[name].default
        if value is default:
            continue
        if type(value) not in PLAIN:
            return None
        if repr(value) != repr(default):
            changed.append(f"{name}={value!r}")
    text = f"{type(estimator).__name__}({', '.join(changed)})"
    return text if len(text) <= _LINE else None
