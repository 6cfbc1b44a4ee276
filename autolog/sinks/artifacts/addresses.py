"""The addresses of artifact stores, with and without what nobody is to read."""

from __future__ import annotations


def hide_secrets(text: str, url: str) -> str:
    """A text without the user and the password that the URL of a store has.

    Args:
        text: The text.
        url: The URL.
    """
    credentials, at, _ = url.partition("://")[2].rpartition("@")
    return text.replace(f"{credentials}{at}", "") if at else text
