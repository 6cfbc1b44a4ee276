"""A sink that writes one JSON line for each event: `toy:events.jsonl`."""

import json
from pathlib import Path

import msgspec

from autolog.errors import SinkUnavailable
from autolog.events import Event
from autolog.sinks.base import Batch


class ToySink:
    """Appends to a file, and keeps in a second one how far each journal has got.

    The second file is replaced in one step once the lines are written, and holds the length that
    the first one had then. What a crash leaves behind that length is cut off, and comes again.
    """

    exit_timeout = 5.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state_path = path.with_name(f"{path.name}.state")
        self.length, self.cursors = 0, {}
        if self.state_path.exists():
            self.length, self.cursors = json.loads(self.state_path.read_text())

    def write(self, batch: Batch) -> None:
        """Appends the events that the file does not hold yet."""
        events = batch.after(self.cursors.get(batch.journal, 0)).events
        lines = b"".join(map(as_line, events))
        try:
            with self.path.open("ab") as file:
                file.truncate(self.length)
                file.write(lines)
            self.save(self.length + len(lines), {**self.cursors, batch.journal: batch.end})
        except OSError as error:
            raise SinkUnavailable(f"{self.path} cannot be written: {error}.") from error

    def save(self, length: int, cursors: dict[str, int]) -> None:
        """Keeps how far the file and each journal have got."""
        new = self.state_path.with_suffix(".new")
        new.write_text(json.dumps([length, cursors]))
        new.replace(self.state_path)
        self.length, self.cursors = length, cursors

    def close(self) -> None:
        """Nothing is held open between two batches."""


def open_sink(uri: str, directory: Path) -> ToySink:
    """Opens the sink of a URI; its path is relative to the autolog directory."""
    return ToySink(directory / uri.removeprefix("toy:"))


def as_line(event: Event) -> bytes:
    """An event as a line of JSON."""
    facts = {"event": type(event).__name__, **msgspec.structs.asdict(event)}
    return msgspec.json.encode(facts) + b"\n"
