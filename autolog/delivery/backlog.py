"""How a sink stands: what it still lacks, and why."""

from __future__ import annotations

import msgspec


class Backlog(msgspec.Struct, frozen=True):
    """What one sink has not had yet.

    Attributes:
        sink: The sink's URI, without user, password and query.
        waiting: Events that are kept for it; estimated where they are many.
        lost: Events that it will never get: dropped, refused or unreadable.
        error: Why the last attempt failed, or None where it did not.
    """

    sink: str
    waiting: int
    lost: int
    error: str | None
