"""Cuts the text of a filter into names, values and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autolog.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["name", "number", "string", "sign", "end"]

# After its dot a key may stand bare, as long as no character could belong to what follows it.
_TOKEN = re.compile(
    r"""
    (?P<number> [+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]) )
  | (?P<string> '(?:[^']|'')*' | "(?:[^"]|"")*" )
  | (?P<name>   [^\W\d]\w*
                (?: \. (?P<key> `(?:[^`]|``)*` | "(?:[^"]|"")*" | [^\s=!<>(),'"`]+ ) )? )
  | (?P<sign>   <= | >= | != | <> | = | < | > | \( | \) | , )
    """,
    re.VERBOSE,
)
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter.

    Attributes:
        kind: What it is.
        text: It, as it is written.
        position: Where it begins, from 0.
        prefix: A name's part before the dot, or the whole name.
        key: A name's part after the dot without its quotes, or None.
    """

    kind: Kind
    text: str
    position: int
    prefix: str = ""
    key: str | None = None


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a filter; the last one is of the kind `end`.

    Raises:
        FilterError: A part of the text is none.
    """
    position = _skip_blank(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FilterError(_unreadable(text, position))
        yield _token(match)
        position = _skip_blank(text, match.end())
    yield Token("end", "", position)


def unquoted(text: str) -> str:
    """A quoted text without its quotes; a doubled quote inside stands for one."""
    quote = text[0]
    return text[1:-1].replace(quote * 2, quote)


def _token(match: re.Match[str]) -> Token:
    for kind in ("number", "string", "sign"):
        if match[kind] is not None:
            return Token(kind, match[0], match.start())
    key = match["key"]
    if key is None:
        return Token("name", match[0], match.start(), prefix=match[0])
    prefix = match[0][: -len(key) - 1]
    plain = unquoted(key) if key[0] in '`"' else key
    return Token("name", match[0], match.start(), prefix=prefix, key=plain)


def _skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _unreadable(text: str, position: int) -> str:
    found = text[position : position + 20]
    if found[0] in "'\"`":
        return f"The quote at position {position} of {text!r} is never closed."
    return f"{text!r} cannot be read from position {position} on: {found!r}."
