"""Every exception that autolog raises on purpose, as one tree under `AutologError`."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event


DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The numbers of an `OSError` that says: there is no room left, or none for this user."""


class AutologError(Exception):
    """The root of every error of autolog's own."""


class ConfigurationError(AutologError, ValueError):
    """An option, an environment variable or a configuration file holds something unusable."""


class IntegrationError(AutologError):
    """An integration cannot be loaded, or breaks the contract of the plugin API."""


class JournalError(AutologError):
    """The journal on disk cannot be written or read."""


class SinkUnavailable(AutologError):
    """A sink cannot take a batch now; the same batch is to be offered again.

    Args:
        message: What happened, where, and what to do about it.
        retry_after: Seconds that the sink asked to be left alone for, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DiskFull(SinkUnavailable):
    """A sink cannot take a batch, since there is no room left on the disk that it writes to.

    Args:
        path: The file that could not be written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the disk is full; free some space.")
        self.path = path


class RecordRejected(AutologError):
    """A sink will never take this event; it belongs into quarantine, the others go on.

    Args:
        event: The event that was refused.
        reason: Why, in words for the user.
    """

    def __init__(self, event: Event, reason: str) -> None:
        super().__init__(reason)
        self.event = event
        self.reason = reason


class StoreError(AutologError):
    """The store of recorded runs cannot answer."""


class StoreMissing(StoreError):
    """There is no store where one was looked for."""


class StoreTooNew(StoreError, SinkUnavailable):
    """The store was written by a newer autolog, which this one must not touch."""


class RunNotFound(StoreError, LookupError):
    """No run, or more than one, answers to the given id or prefix."""


class FilterError(StoreError, ValueError):
    """A search filter is not written in the grammar of filters."""
