"""A sink that writes one JSON line for each event: `toy:path/to/events.jsonl`."""

import json
from pathlib import Path

import msgspec

from autolog.errors import SinkUnavailable
from autolog.sinks.base import Batch


class ToySink:
    """Appends to a file, and keeps beside it how far each journal has got.

    The cursors are replaced after the lines are written, in one step, together with the length
    that the file had then. Whatever a crash left behind that length is cut off, and comes again.
    """

    exit_timeout = 5.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cursors_path = path.with_name(path.name + ".cursors")
        self._length = 0
        self._cursors: dict[str, int] = {}
        if self._cursors_path.exists():
            self._length, self._cursors = json.loads(self._cursors_path.read_bytes())

    def write(self, batch: Batch) -> None:
        """Appends the events that the file does not hold yet."""
        new = batch.after(self._cursors.get(batch.journal, 0))
        lines = b"".join(msgspec.json.encode(_named(event)) + b"\n" for event in new.events)
        try:
            with self._path.open("ab") as file:
                file.truncate(self._length)
                file.write(lines)
            self._advance(self._length + len(lines), {**self._cursors, batch.journal: batch.end})
        except OSError as error:
            raise SinkUnavailable(f"{self._path} cannot be written: {error}.") from error

    def close(self) -> None:
        """Nothing is held open between batches."""

    def _advance(self, length: int, cursors: dict[str, int]) -> None:
        written = self._cursors_path.with_suffix(".new")
        written.write_text(json.dumps([length, cursors]))
        written.replace(self._cursors_path)
        self._length, self._cursors = length, cursors


def _named(event: msgspec.Struct) -> dict[str, object]:
    return {"event": type(event).__name__, **msgspec.structs.asdict(event)}


def open_sink(uri: str, directory: Path) -> ToySink:
    """Opens the file that the URI names, relative to the autolog directory."""
    return ToySink(directory / uri.removeprefix("toy:"))
