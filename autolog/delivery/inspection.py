"""Looks at the journals of a directory without touching them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.delivery.cursor import Cursor
from autolog.delivery.folder import folders
from autolog.delivery.parts import Parts
from autolog.delivery.position import position_of
from autolog.errors import JournalError
from autolog.records import Scanner
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.delivery.folder import JournalFolder


class JournalState(msgspec.Struct, frozen=True):
    """A journal, as somebody else sees it.

    Attributes:
        id: Its id.
        host: The host that its owner ran on.
        pid: Its owner's process id.
        live: Whether somebody writes or recovers it now; for another host's, whether that seems so.
        bytes_waiting: Bytes that the slowest of its sinks has not had.
        sinks: The URIs of its sinks, without secrets.
    """

    id: str
    host: str
    pid: int
    live: bool
    bytes_waiting: int
    sinks: tuple[str, ...]


def journals(directory: Path) -> list[JournalState]:
    """The journals of an autolog directory, the oldest first."""
    states = []
    for folder in folders(directory):
        try:
            states.append(_state(folder))
        except OSError:
            continue  # it was removed while we looked
    return states


def _state(folder: JournalFolder) -> JournalState:
    try:
        sinks = folder.sinks()
    except JournalError:
        sinks = []
    return JournalState(
        id=folder.id,
        host=folder.owner.host,
        pid=folder.owner.pid,
        live=folder.is_live(),
        bytes_waiting=_bytes_waiting(folder, len(sinks)),
        sinks=tuple(without_secrets(uri) for uri in sinks),
    )


def _bytes_waiting(folder: JournalFolder, sinks: int) -> int:
    end = _end(folder)
    positions = [Cursor(folder.cursor_path(place)).position for place in range(sinks)]
    return Parts(folder, min(positions, default=0), lambda: end).bytes_left()


def _end(folder: JournalFolder) -> int:
    """The position behind the last record, which is not the end of a file that is still written."""
    last = max(folder.segments(), default=0)
    if last == 0:
        return 0
    end = 0
    scanner = Scanner(folder.segment_path(last).read_bytes(), final=True)
    for _ in scanner:
        end = scanner.offset
    return position_of(last, end)
