"""What an estimator consists of, as text that nothing can change afterwards."""

from __future__ import annotations

import inspect
from itertools import chain
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from sklearn.base import BaseEstimator

from autolog.capture.estimator_params import estimator_params
from autolog.capture.params import cut, stringify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PARAM_LIMIT = 300
_LEARNT_LIMIT = 80
_MOST_PARTS = 50
_MOST_SHOWN = 20
"""Elements that an array may have for its values to be shown."""

_known_parameters: WeakKeyDictionary[type, Mapping[str, inspect.Parameter]] = WeakKeyDictionary()


class Part(msgspec.Struct, frozen=True):
    """An estimator, alone or within another.

    Attributes:
        name: What the estimator around it calls it; empty for the outermost.
        kind: Its class, or `passthrough` and the like where there is none.
        module: The module of its class.
        columns: The columns that it is given, where that is a choice.
        params: Its params by name.
        changed: The names of params that are not as they are by default.
        learnt: What the fit has set, by name.
        parts: The estimators within it.
        in_sequence: Whether each of these works on what the one before it gives.
    """

    name: str
    kind: str
    module: str
    columns: str
    params: Mapping[str, str]
    changed: frozenset[str]
    learnt: Mapping[str, str]
    parts: tuple[Part, ...]
    in_sequence: bool


def part_of(estimator: Any, name: str = "", columns: str = "") -> Part:
    """An estimator as it is now, with all within it.

    Args:
        estimator: The estimator, or a word that stands in its place.
        name: What the estimator around it calls it.
        columns: The columns that it is given.
    """
    kind = type(estimator)
    if not _is_estimator(estimator):
        text = stringify(estimator, _PARAM_LIMIT)
        return Part(name, text, "", columns, {}, frozenset(), {}, (), in_sequence=False)
    params = _params(estimator)
    within = {place: list(_within(estimator, place, value)) for place, value in params.items()}
    found: dict[str, tuple[Any, str, str]] = {}
    for part in chain.from_iterable(within.values()):
        # The transformer of the remaining columns is named twice: by the param `remainder`, and
        # then, fitted, at the end of a list.
        found.pop(part[1], None)
        found[part[1]] = part
    own = {place: value for place, value in params.items() if not within[place]}
    return Part(
        name=name,
        kind=kind.__name__,
        module=kind.__module__,
        columns=columns,
        params={place: stringify(value, _PARAM_LIMIT) for place, value in own.items()},
        changed=_changed(kind, own),
        learnt=_learnt(estimator),
        parts=tuple(part_of(*part) for part in _first_of(list(found.values()))),
        in_sequence="steps" in params,
    )


def _params(estimator: Any) -> dict[str, Any]:
    if not hasattr(estimator, "get_params"):
        return {}
    kind = type(estimator)
    if getattr(kind, "get_params", None) is BaseEstimator.get_params:
        attributes, names = _attributes(estimator), sorted(_parameters(kind))
        if all(name in attributes for name in names):
            # what it would read, by a signature that it would make anew each time
            return {name: attributes[name] for name in names}
    return estimator_params(estimator, deep=False)


def _parameters(kind: type) -> Mapping[str, inspect.Parameter]:
    found = _known_parameters.get(kind)
    if found is None:
        found = _known_parameters[kind] = inspect.signature(kind).parameters
    return found


def _first_of(found: list[tuple[Any, str, str]]) -> list[tuple[Any, str, str]]:
    more = len(found) - _MOST_PARTS
    return [*found[:_MOST_PARTS], (f"and {more} more", "", "")] if more > 0 else found


def _is_estimator(value: object) -> bool:
    return hasattr(type(value), "fit")


def _within(estimator: Any, param: str, value: Any) -> Iterator[tuple[Any, str, str]]:
    """The estimators that a param names, fitted if there are such: each with name and columns."""
    fitted = _fitted(estimator, param, value)
    if _is_estimator(fitted):
        yield fitted, param, ""
    elif isinstance(fitted, dict) and any(map(_is_estimator, fitted.values())):
        for name, part in fitted.items():
            yield part, str(name), ""
    elif isinstance(fitted, list) and fitted and all(map(_is_named_part, fitted)):
        for name, part, *columns in fitted:
            yield part, name, stringify(columns[0], _PARAM_LIMIT) if columns else ""


def _fitted(estimator: Any, param: str, value: Any) -> Any:
    """What the fit has made of a param: many estimators fit clones of what they are given."""
    attributes = _attributes(estimator)
    for name in (f"best_{param}_", f"named_{param}_", f"{param}_"):
        if name in attributes:
            return attributes[name]
    return value


def _is_named_part(item: Any) -> bool:
    """Whether it is a name, and an estimator or what may stand for one."""
    if not isinstance(item, tuple) or len(item) not in {2, 3} or not isinstance(item[0], str):
        return False
    if item[1] is None or isinstance(item[1], str):
        return item[1] in {None, "drop", "passthrough"}
    return _is_estimator(item[1])


def _changed(kind: type, params: Mapping[str, Any]) -> frozenset[str]:
    defaults = _parameters(kind)
    return frozenset(
        name
        for name, value in params.items()
        if name not in defaults or not _is_same(value, defaults[name].default)
    )


def _is_same(value: Any, default: Any) -> bool:
    """Whether a value is the default, which is a plain one; others need not be comparable."""
    if value is default:
        return True
    return type(value) is type(default) and stringify(value) == stringify(default)


def _learnt(estimator: Any) -> dict[str, str]:
    # Properties are left alone: some are computed when they are read, and that may take long.
    return {
        name: _summary(value)
        for name, value in sorted(_attributes(estimator).items())
        if name.endswith("_") and not name.startswith("_")
    }


def _attributes(estimator: Any) -> dict[str, Any]:
    # Whatever has a `fit` may be a part, even if it has slots.
    return getattr(estimator, "__dict__", {})


def _summary(value: Any) -> str:
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        text = f"{kind} of {shape} {getattr(value, 'dtype', '')}".rstrip()
        is_small = isinstance(value, np.ndarray) and value.size <= _MOST_SHOWN
        return f"{text}: {cut(_elements(value.tolist()), _LEARNT_LIMIT)}" if is_small else text
    if isinstance(value, dict | list | tuple | set):
        return f"{kind} of {len(value)}"
    return _elements(value)


def _elements(value: Any) -> str:
    """Numbers with few digits: the text of NumPy and of estimators takes ten times as long."""
    if isinstance(value, list):
        return f"[{', '.join(map(_elements, value))}]"
    if _is_estimator(value):
        return type(value).__name__
    return f"{value:.4g}" if isinstance(value, float) else stringify(value, _LEARNT_LIMIT)
