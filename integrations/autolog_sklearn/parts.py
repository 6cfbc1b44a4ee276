"""What an estimator consists of, in values that nothing can change afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from autolog.capture.estimator_params import estimator_params
from autolog.capture.params import cut, stringify
from autolog_sklearn.plain_params import PLAIN, constructor_parameters, plain_params

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PARAM_LIMIT = 300
_LEARNT_LIMIT = 80
_MOST_PARTS = 50
_MOST_SHOWN = 20
"""Elements that an array may have for its values to be shown."""

_NUMBERS = frozenset({bool, float, int})


class Part(msgspec.Struct, frozen=True):
    """An estimator, alone or within another.

    Attributes:
        name: What the estimator around it calls it; empty for the outermost.
        kind: Its class, or `passthrough` and the like where there is none.
        module: The module of its class.
        columns: The columns that it is given, where that is a choice.
        params: Its params by name; see `shown_param`.
        changed: The names of params that are not as they are by default.
        learnt: What the fit has set, by name; see `shown_learnt`.
        parts: The estimators within it.
        in_sequence: Whether each of these works on what the one before it gives.
    """

    name: str
    kind: str
    module: str
    columns: str
    params: Mapping[str, Any]
    changed: frozenset[str]
    learnt: Mapping[str, Any]
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
    own: dict[str, Any] = {}
    found: dict[str, tuple[Any, str, str]] = {}
    for place, value in (params := _params(estimator)).items():
        within = list(_within(estimator, place, value))
        if not within:
            own[place] = value
        for part in within:
            # The transformer of the remaining columns is named twice: by the param `remainder`,
            # and then, fitted, at the end of a list.
            found.pop(part[1], None)
            found[part[1]] = part
    return Part(
        name=name,
        kind=kind.__name__,
        module=kind.__module__,
        columns=columns,
        params={  # to make a text is slow, and may be done later
            place: value if type(value) in PLAIN else shown_param(value)
            for place, value in own.items()
        },
        changed=_changed(kind, own),
        learnt=_learnt(estimator),
        parts=tuple(part_of(*part) for part in _first_of(list(found.values()))),
        in_sequence="steps" in params,
    )


def shown_param(value: Any) -> str:
    """The text of one of a part's params."""
    return stringify(value, _PARAM_LIMIT)


def shown_learnt(value: Any) -> str:
    """The text of something that the fit has set on a part."""
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        text = f"{kind} of {shape} {getattr(value, 'dtype', '')}".rstrip()
        if not _is_small(value):
            return text
        return f"{text}: {cut(_elements(value.tolist()), _LEARNT_LIMIT)}"
    if isinstance(value, dict | list | tuple | set):
        return f"{kind} of {len(value)}"
    return _elements(value)


def _params(estimator: Any) -> dict[str, Any]:
    if not hasattr(estimator, "get_params"):
        return {}
    params = plain_params(estimator)
    return estimator_params(estimator, deep=False) if params is None else params


def _first_of(found: list[tuple[Any, str, str]]) -> list[tuple[Any, str, str]]:
    more = len(found) - _MOST_PARTS
    return [*found[:_MOST_PARTS], (f"and {more} more", "", "")] if more > 0 else found


def _is_estimator(value: object) -> bool:
    return hasattr(type(value), "fit")


def _within(estimator: Any, param: str, value: Any) -> Iterator[tuple[Any, str, str]]:
    """The estimators that a param names, fitted if there are such: each with name and columns."""
    if type(value) in _NUMBERS:
        return
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
    defaults = constructor_parameters(kind)
    return frozenset(
        name
        for name, value in params.items()
        if name not in defaults or not _is_same(value, defaults[name].default)
    )


def _is_same(value: Any, default: Any) -> bool:
    """Whether a value is the default, which is a plain one; others need not be comparable."""
    if value is default:
        return True
    if type(value) is not type(default):
        return False
    return (type(value) in PLAIN and value == default) or stringify(value) == stringify(default)


def _learnt(estimator: Any) -> dict[str, Any]:
    # Properties are left alone: some are computed when they are read, and that may take long.
    attributes = _attributes(estimator)
    names = [name for name in attributes if name.endswith("_") and not name.startswith("_")]
    return {name: _kept(attributes[name]) for name in sorted(names)}


def _kept(value: Any) -> Any:
    if type(value) in PLAIN:
        return value
    if _is_small(value) and not value.dtype.hasobject:
        return value.copy()
    return shown_learnt(value)


def _attributes(estimator: Any) -> dict[str, Any]:
    # Whatever has a `fit` may be a part, even if it has slots.
    return getattr(estimator, "__dict__", {})


def _is_small(value: Any) -> bool:
    """Whether it is an array of which each element can be shown."""
    return isinstance(value, np.ndarray) and value.size <= _MOST_SHOWN


def _elements(value: Any) -> str:
    """Numbers with few digits: the text of NumPy and of estimators takes ten times as long."""
    if isinstance(value, list):
        return f"[{', '.join(map(_elements, value))}]"
    if _is_estimator(value):
        return type(value).__name__
    return f"{value:.4g}" if isinstance(value, float) else stringify(value, _LEARNT_LIMIT)
