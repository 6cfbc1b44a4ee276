"""Warnings of autolog's own, each said once."""

from __future__ import annotations

import logging

logger = logging.getLogger("autolog")

_said: set[str] = set()


def say_once(message: str, *, about: str | None = None) -> None:
    """Logs a warning, unless this process has logged the same one before.

    Args:
        message: One calm sentence: what happened, what follows from it, what to do.
        about: What several messages are about, of which only the first is to be said.
    """
    subject = about or message
    if subject not in _said:
        _said.add(subject)
        logger.warning(message)


def forget_what_was_said() -> None:
    """Lets every warning be said again, as in a new process."""
    _said.clear()
