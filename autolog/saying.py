"""Warnings of autolog's own, each said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.fork_gate import fork_gate

if TYPE_CHECKING:
    from logging import Logger

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
        _logger().warning(message)


def forget_what_was_said() -> None:
    """Lets every warning be said again, as in a new process."""
    _said.clear()


def note_failure(message: str) -> None:
    """Logs, for whoever looks for it, a message with the exception that is being handled."""
    _logger().debug(message, exc_info=True)


def _logger() -> Logger:
    with fork_gate.importing():
        import logging  # late, since hardly any process has something to say

    return logging.getLogger("autolog")
