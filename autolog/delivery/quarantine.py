"""Where events end up that a sink will never take: one JSON line each, with the reason."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from autolog.saying import say_once

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event


class Quarantine:
    """The file of refused events of one journal.

    Args:
        directory: The autolog directory; the file is `quarantine/<journal>.jsonl` in it.
        journal_id: The journal.
        sink: The sink that the events were meant for, without its password.

    Attributes:
        count: Events refused so far.
    """

    def __init__(self, directory: Path, journal_id: str, sink: str) -> None:
        self.path = directory / "quarantine" / f"{journal_id}.jsonl"
        self._sink = sink
        self.count = 0

    def add_event(self, position: int, event: Event, reason: str) -> None:
        """Keeps an event that the sink refused."""
        facts = {"type": type(event).__name__, **msgspec.structs.asdict(event)}
        self._add(position, reason, {"event": facts})

    def add_payload(self, position: int, payload: bytes, reason: str) -> None:
        """Keeps bytes that mean nothing to this version, as base64."""
        self._add(position, reason, {"payload": payload})

    def _add(self, position: int, reason: str, content: dict[str, object]) -> None:
        self.count += 1
        entry = {"sink": self._sink, "position": position, "reason": reason, **content}
        try:
            self._write(msgspec.json.encode(entry) + b"\n")
        except OSError as error:
            fate = f"lost, because {self.path} cannot be written ({error.strerror or error})"
        else:
            fate = f"kept in {self.path}"
        say_once(f"autolog: the sink {self._sink} refused some records for good; they are {fate}.")

    def _write(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
