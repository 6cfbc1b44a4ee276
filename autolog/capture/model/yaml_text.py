"""Plain data as YAML in block style, so that writing a model takes no YAML library."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[A-Za-z_][\w./<=>+-]*(?: [\w./<=>+-]+)*", re.ASCII)
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# A text, since most programs never need it, and it takes a millisecond to compile.
_NEEDS_ESCAPE = r'["\\]|[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]'
_INDENT = "  "


def to_yaml(data: object) -> str:
    """Writes data as a YAML document, from which `yaml.safe_load` gives back exactly the same.

    Args:
        data: Dictionaries with texts of at most 128 characters as keys, lists, texts, numbers,
            booleans and `None`.

    Example:
        >>> print(to_yaml({"python": "3.11.7", "dependencies": ["numpy==2.4.6"]}))
        python: '3.11.7'
        dependencies:
        - numpy==2.4.6
    """
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(data: object) -> Iterator[str]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _entry(_text(key), value)
    elif isinstance(data, list | tuple) and data:
        for item in data:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (_INDENT + line for line in rest)
    else:
        yield _scalar(data)


def _entry(key: str, value: object) -> Iterator[str]:
    lines = _lines(value)
    if isinstance(value, dict) and value:
        yield f"{key}:"
        yield from (_INDENT + line for line in lines)
    elif isinstance(value, list | tuple) and value:
        yield f"{key}:"
        yield from lines
    else:
        yield f"{key}: {next(lines)}"


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, int | list | tuple | dict):
        return json.dumps(value)  # `null`, `true`, a number, or an empty container: alike in both
    raise TypeError(f"YAML is written of plain data, not of a {type(value).__name__}")


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent_mark, exponent = repr(value).partition("e")
    # YAML 1.1 takes `1e+20` for a text.
    return mantissa + (".0" if "." not in mantissa else "") + exponent_mark + exponent


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    if text.isascii() and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + re.sub(_NEEDS_ESCAPE, _escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\U{ord(character):08x}"
