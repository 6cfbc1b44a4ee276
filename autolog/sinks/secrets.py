"""Takes out of texts what nobody is to read of the URI of a sink."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

from autolog.capture.redaction import Redactor
from autolog.sinks.registry import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MASK = "***"
_SHORTEST_PIECE = 3
_SEPARATORS = re.compile(r"\W")
_FOR_USERS_ALONE = re.compile(r"(?:[^:]*\+)?https?://")
_JOINED_NAMES = ("password", "passwd")


def hide_secrets(text: str, uri: str | None, others: Iterable[str | None] = ()) -> str:
    """A text without the secrets of a URI, in each form in which a library may repeat them.

    Args:
        text: What a library says.
        uri: The URI, perhaps one that is malformed.
        others: Further secrets.
    """
    secrets = {form for secret in others if secret for form in _forms(secret)}
    if uri is not None:
        credentials = parts(uri)[1]
        text = text.replace(f"{credentials}@", "") if credentials else text
        secrets.update(form for secret in _secrets(uri) for form in _forms(secret))
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    return text


def tellable(error: Exception, uri: str | None) -> Exception | None:
    """An error as the cause of another, if nothing that it says or stems from has a secret.

    Args:
        error: What a library has raised.
        uri: The URI that the library was given.

    Returns:
        The error, or None where nobody is to see it.
    """
    link: BaseException | None = error
    while link is not None:
        said = f"{link} {link.args!r}"
        if hide_secrets(said, uri) != said:
            return None
        link = link.__cause__ or link.__context__
    return error


def _secrets(uri: str) -> Iterator[str]:
    _, credentials, _, query = parts(uri)
    user, colon, password = credentials.lstrip("/").partition(":")
    if password:
        yield password
    elif not colon and user and _FOR_USERS_ALONE.match(uri):
        yield user  # a token
    is_secret = Redactor().is_secret
    for argument in query.split("&"):
        name, _, value = argument.partition("=")
        if value and (is_secret(name) or name.lower().endswith(_JOINED_NAMES)):
            yield value


def _forms(secret: str) -> set[str]:
    every = {secret, unquote(secret)}
    # a library takes some characters for the end of a part, and tells of the pieces
    pieces = {piece for form in every for piece in _SEPARATORS.split(form)}
    every |= {piece for piece in pieces if len(piece) >= _SHORTEST_PIECE}
    for plain in tuple(every):
        every |= {quote(plain, safe=""), quote(plain), quote_plus(plain)}
    return every | {repr(form)[1:-1] for form in every}
