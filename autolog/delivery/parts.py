"""Cuts what follows a position in a journal into parts that fit into memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autolog.delivery.position import offset_of, position_of, segment_of
from autolog.delivery.segment import MUCH
from autolog.records import EVENT, Scanner
from autolog.saying import say_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.delivery.folder import JournalFolder

PART_SIZE = 1024 * 1024
"""Bytes that are read at once, unless a single record is longer."""


class Parts:
    """The parts of one journal from a position on.

    Args:
        folder: The journal.
        position: Where to begin.
        end: Tells the position behind the last record that was written.
        stored: Gives so many bytes from a position on, where it has them at hand.

    Attributes:
        position: Where the next part begins.
        skipped: Bytes that belonged to no record.
    """

    def __init__(
        self,
        folder: JournalFolder,
        position: int,
        end: Callable[[], int],
        stored: Callable[[int, int], bytes] | None = None,
    ) -> None:
        self._folder = folder
        self._stored = stored
        self._needed = 0
        self.end = end
        self.position = position
        self.skipped = 0

    def next(self) -> Scanner | None:
        """The next part, to be walked over and handed to `advance`; None at the end.

        Raises:
            OSError: The disk refuses.
        """
        while self.position < (end := self.end()):
            available = self._segment_size(end) - offset_of(self.position)
            wanted = min(available, max(PART_SIZE, self._needed))
            buffer = self._read(wanted) if wanted > 0 else b""
            if buffer:
                return Scanner(buffer, final=len(buffer) == available)
            self._go_to_next_segment(end)
        return None

    def advance(self, scanner: Scanner) -> None:
        """Goes on behind the last record that was taken from a part."""
        self.position += scanner.offset
        self.skipped += scanner.skipped
        self._needed = scanner.needed

    def bytes_left(self) -> int:
        """Bytes that follow the position; segments which are being written count to their end."""
        end = self.end()
        total = 0
        for number in self._folder.segments():
            if segment_of(self.position) <= number < segment_of(end):
                total += self._folder.segment_path(number).stat().st_size
        total += offset_of(end) if segment_of(self.position) <= segment_of(end) else 0
        return max(0, total - offset_of(self.position))

    def count_events(self) -> int:
        """How many events follow; estimated from the first part of them where they are many."""
        scanner = self.next()
        if scanner is None:
            return 0
        found = sum(record.magic == EVENT for record in scanner)
        rest = self.bytes_left() - scanner.offset
        return found + found * rest // max(1, scanner.offset)

    def _segment_size(self, end: int) -> int:
        number = segment_of(self.position)
        if number == segment_of(end):
            return offset_of(end)
        try:
            return self._folder.segment_path(number).stat().st_size
        except FileNotFoundError:
            return 0

    def _read(self, size: int) -> bytes:
        # While code logs so much, each system call costs five milliseconds: so long does it take
        # until the interpreter has another thread go on.
        if self._stored is not None and size >= MUCH:
            content = self._stored(self.position, size)
            if content:
                return content
        path = self._folder.segment_path(segment_of(self.position))
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return b""
        try:
            return os.pread(descriptor, size, offset_of(self.position))
        finally:
            os.close(descriptor)

    def _go_to_next_segment(self, end: int) -> None:
        if segment_of(self.position) == segment_of(end):
            say_once(
                f"The journal {self._folder.path} was removed while it was in use: what had not "
                "been delivered of it is lost."
            )
        later = [n for n in self._folder.segments() if n > segment_of(self.position)]
        self.position = position_of(later[0], 0) if later else end
