"""What of each run has been copied to a sink, kept in a file of the autolog directory."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_ID_DIGITS = 16


class Entry(msgspec.Struct, frozen=True):
    """What of a run has been copied.

    Attributes:
        run_id: The run.
        facts: What tells the events beside its metrics from others.
        position: Where its next event stands.
        token: Tells where the metrics are that come afterwards.
        has_begun: Whether its beginning has been copied.
        dropped: How many of its lost facts have been told of, by reason.
    """

    run_id: str
    facts: str = ""
    position: int = 0
    token: Any = None
    has_begun: bool = False
    dropped: dict[str, int] = {}


_decoder = msgspec.json.Decoder(Entry)


class Ledger:
    """The file of one source and one sink, which only grows; the last line of a run counts.

    Losing it costs time: everything is offered again then, and the sink leaves out what it has.

    Args:
        directory: The autolog directory.
        source: Where the runs come from.
        uri: The sink's URI.

    Raises:
        StoreError: Somebody copies from there to there at this moment.
    """

    def __init__(self, directory: Path, source: str, uri: str) -> None:
        name = sha256(f"{source}\n{uri}".encode()).hexdigest()[:_ID_DIGITS]
        path = directory / "copies" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StoreError("Another process is copying these runs there now.") from None
        self._entries = self._read()

    def entry(self, run_id: str) -> Entry:
        """What of a run has been copied."""
        return self._entries.get(run_id) or Entry(run_id)

    def note(self, entry: Entry) -> None:
        """Notes what of a run has been copied.

        Raises:
            OSError: The disk refuses.
        """
        self._entries[entry.run_id] = entry
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Lets others copy."""
        self._file.close()

    def _read(self) -> dict[str, Entry]:
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        if lines[-1]:
            self._file.write(b"\n")  # a process died amid the last line
        self._file.seek(0, os.SEEK_END)
        entries = {}
        for line in lines:
            try:
                entry = _decoder.decode(line)
            except msgspec.DecodeError:
                continue
            entries[entry.run_id] = entry
        return entries
