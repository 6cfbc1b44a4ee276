"""Params as text: what `str()` says of a value, in bounded time and length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    # by the ids of objects, all of which are alive as long as it is
    _Texts = dict[int, str]

KEY_LIMIT = 250
"""Characters that a param's name may have; MLflow's limit, which other trackers share."""

VALUE_LIMIT = 6000
"""Characters that a param's value may have; MLflow's limit."""

QUICK_TEXTS: dict[Callable[[Any], str], Callable[[Any], str | None]] = {}
"""By `__repr__` methods that are slow: functions that give the same text in less time, or `None`
where the method has to be asked. Integrations add those of their libraries."""

_ELLIPSIS = "..."
_ARRAY_LIMIT = 300
_DEPTH_LIMIT = 6
_SCALARS = (str, int, float, bool, type(None))
_WORD = 64
_SAYS_WHAT_REPR_SAYS: object = object.__str__
_ARRAY_LIBRARIES = frozenset(
    {"cupy", "dask", "jax", "jaxlib", "numpy", "pandas", "polars", "pyarrow", "scipy", "torch"}
)
_BRACKETS: dict[type, tuple[str, str]] = {
    dict: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    list: ("[", "]"),
    set: ("{", "}"),
    tuple: ("(", ")"),
}
_ADDRESS = r" at 0x[0-9a-fA-F]+"
_NOTHING_BUT_AN_ADDRESS = r"<[^<>]*(?:<\w+>[^<>]*)* at 0x[0-9a-fA-F]+>"


def stringify(value: object, limit: int = VALUE_LIMIT) -> str:
    """The text under which a value is logged: `str(value)`, as MLflow logs it.

    It differs from `str` where that would be slow, endless or different in every process:
    long containers are cut, arrays and frames beyond a few hundred elements become their shape and
    type, and memory addresses are left out.

    Args:
        value: Anything that a user may pass as a param.
        limit: The most characters to return; a longer text ends in an ellipsis.

    Example:
        >>> stringify([0.1, 1, None])
        '[0.1, 1, None]'
    """
    return _stringify(value, limit, {})


def stringify_params(params: Mapping[Any, object]) -> dict[str, str]:
    """Names and values of params as text, each within its limit."""
    # what stands in a list and alone, as the steps of a pipeline do, is asked for its text once
    known: _Texts = {}
    texts: dict[str, str] = {}
    for key, value in params.items():
        # most names are texts already, and so are many values: a call for each would take longer
        name = key if type(key) is str and len(key) <= KEY_LIMIT else stringify(key, KEY_LIMIT)
        if type(value) is str and len(value) <= VALUE_LIMIT:
            texts[name] = value
        else:
            texts[name] = _stringify(value, VALUE_LIMIT, known)
    return texts


def cut(text: str, limit: int) -> str:
    """The text itself, or its beginning and an ellipsis where it is longer than `limit`."""
    return text if len(text) <= limit else text[: limit - len(_ELLIPSIS)] + _ELLIPSIS


def _stringify(value: object, limit: int, known: _Texts) -> str:
    if type(value) in _SCALARS:
        try:
            return cut(str(value), limit)
        except ValueError:  # an integer with more digits than Python writes
            pass
    return cut(_describe(value, str, limit, _DEPTH_LIMIT, known), limit)


def _describe(
    value: Any, render: Callable[[object], str], limit: int, depth: int, known: _Texts
) -> str:
    kind = type(value)
    if kind in _BRACKETS:
        return _describe_container(value, limit, depth, known)
    if kind in (str, bytes, bytearray):
        return render(value[: limit + 1])
    if kind in (float, bool, type(None)) or (kind is int and value.bit_length() <= _WORD):
        return render(value)  # which cannot fail
    if kind.__str__ is not _SAYS_WHAT_REPR_SAYS:
        return _text_of(value, render)
    if id(value) not in known:
        known[id(value)] = _text_of(value, render)
    return known[id(value)]


def _text_of(value: Any, render: Callable[[object], str]) -> str:
    kind: Any = type(value)
    is_repr = render is repr or kind.__str__ is _SAYS_WHAT_REPR_SAYS
    quick = QUICK_TEXTS.get(kind.__repr__) if is_repr else None
    if kind.__module__.partition(".")[0] in _ARRAY_LIBRARIES:
        render = _render_array(render)
    # late, for a quick start
    from autolog.capture.isolation import undrawn
    from autolog.capture.model.foreign_code import failing_as
    from autolog.errors import ModelFailed

    try:
        with failing_as(ModelFailed, "turning it into text"):
            text = None if quick is None else quick(value)
            if text is None:
                # estimators are asked for their params, and some draw a seed then
                with undrawn(value):
                    text = render(value)
            return _without_address(value, text)
    except ModelFailed:
        return f"<unprintable {kind.__name__}>"


def _without_address(value: Any, text: str) -> str:
    if " at 0x" not in text:
        return text
    if not re.fullmatch(_NOTHING_BUT_AN_ADDRESS, text):
        return re.sub(_ADDRESS, "", text)
    # a generator has a name, and no module
    has_place = hasattr(value, "__qualname__") and hasattr(value, "__module__")
    named = value if has_place else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def _render_array(render: Callable[[object], str]) -> Callable[[object], str]:
    def summary(value: Any) -> str:
        shape = getattr(value, "shape", None)
        if not isinstance(shape, tuple) or not shape:
            return render(value)
        size = 1
        for length in shape:
            size *= length
        if size <= _ARRAY_LIMIT:
            return render(value)
        dtype = getattr(value, "dtype", None)
        return f"{type(value).__name__}(shape={shape}{'' if dtype is None else f', dtype={dtype}'})"

    return summary


def _describe_container(value: Any, limit: int, depth: int, known: _Texts) -> str:
    """As `str`, but stops as soon as `limit` is passed, and at nesting (or cycles) too deep."""
    opening, closing = _brackets(value)
    if not depth:
        return f"{opening}{_ELLIPSIS}{closing}"
    parts: list[str] = []
    length = 0
    for part in _parts(value, limit, depth - 1, known):
        parts.append(part)
        length += len(part) + 2
        if length > limit:
            break
    if type(value) is tuple and len(value) == 1:
        closing = ",)"
    return f"{opening}{', '.join(parts)}{closing}"


def _parts(value: Any, limit: int, depth: int, known: _Texts) -> Iterable[str]:
    if type(value) is dict:
        for key, item in value.items():
            described = _describe(key, repr, limit, depth, known)
            yield f"{described}: {_describe(item, repr, limit, depth, known)}"
    else:
        for item in value:
            yield _describe(item, repr, limit, depth, known)


def _brackets(value: Any) -> tuple[str, str]:
    if not value and isinstance(value, set | frozenset):
        return f"{type(value).__name__}(", ")"
    return _BRACKETS[type(value)]
