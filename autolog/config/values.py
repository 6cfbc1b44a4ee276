"""Reading the value of an option, from Python or from the text of an environment variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Read = Callable[[Any], Any]
"""Turns a given value, or the text of an environment variable, into an option's value; raises
`ValueError` with what is expected."""


def read_switch(value: Any) -> bool:
    """Reads a boolean; in text 1, true, yes, on and 0, false, no, off."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("True or False")


def read_name(value: Any) -> str:
    """Reads a text that is not empty."""
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError("a text that is not empty")


def read_registered_name(value: Any) -> str:
    """Reads the name of a registered model, which stands in addresses: `models:/NAME/VERSION`."""
    if isinstance(value, str) and value.strip() and not set(value) & {"/", ":"}:
        return value
    raise ValueError("a text that is not empty, without '/' and ':'")


def read_names(value: Any) -> tuple[str, ...]:
    """Reads several texts: a list of them, or one text with commas between them."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if isinstance(value, Sequence) and all(isinstance(name, str) and name for name in value):
        return tuple(value)
    raise ValueError("a text or a list of texts")


def read_sinks(value: Any) -> tuple[str, ...]:
    """Reads sink URIs, at least one of them."""
    if uris := read_names(value):
        return uris
    raise ValueError("at least one sink URI, such as 'sqlite:'")


def read_address(value: Any) -> str:
    """Reads a URL, without a slash at its end."""
    if isinstance(value, str) and all(value.rstrip("/").partition("://")):
        return value.rstrip("/")
    raise ValueError("a URL, such as 's3://bucket/prefix'")


def read_count(value: Any) -> int:
    """Reads a whole number of at least 1."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ValueError("a whole number of at least 1")


def read_limit(value: Any) -> int:
    """Reads a whole number that is not negative."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError("a whole number, 0 or more")


def read_seconds(value: Any) -> float:
    """Reads a number of seconds that is not negative."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise ValueError("a number of seconds, 0 or more")


def read_sync(value: Any) -> str:
    """Reads when somebody waits for the sinks: `fit` or `off`."""
    if value in {"fit", "off"}:
        return str(value)
    raise ValueError("'fit' or 'off'")


def read_tags(value: Any) -> dict[str, str]:
    """Reads tags: a mapping of texts, or text such as `team=risk,stage=trial`."""
    if isinstance(value, str):
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        value = (
            {name.strip(): text for name, _, text in pairs} if all(p[1] for p in pairs) else None
        )
    if isinstance(value, Mapping) and all(isinstance(name, str) and name for name in value):
        return {name: str(text) for name, text in value.items()}
    raise ValueError("names with values: a mapping, or text such as 'team=risk,stage=trial'")
