"""Goes once through a journal that nobody writes to, to learn where it ends and what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.codec import Undecodable, decode
from autolog.delivery.open_runs import LastFact, OpenRuns
from autolog.events import RunEnded, RunStarted
from autolog.records import EVENT, Scanner

if TYPE_CHECKING:
    from autolog.delivery.folder import JournalFolder


class _Head(msgspec.Struct, frozen=True, array_like=True):
    """The fields that every event begins with; decoding no more of it is several times faster."""

    kind: int
    run_id: str
    sequence: int
    time_ns: int


_decode_head = msgspec.msgpack.Decoder(_Head).decode
_LIFECYCLE = frozenset(kind.__struct_config__.tag for kind in (RunStarted, RunEnded))


class Survey:
    """What a journal holds.

    Args:
        folder: The journal; the caller holds its lock.

    Attributes:
        last_segment: The number of its last segment; 0 where there is none.
        end: Bytes of the last segment up to the end of its last record.
        skipped: Bytes that belong to no record.
        open_runs: The runs that it began and did not end.
        latest_ns: When its latest event happened, in nanoseconds since the epoch.

    Raises:
        OSError: The disk refuses.
    """

    def __init__(self, folder: JournalFolder) -> None:
        self.last_segment = 0
        self.end = 0
        self.skipped = 0
        self.open_runs = OpenRuns()
        self.latest_ns = 0
        for number in folder.segments():
            self.last_segment = number
            self.end = self._walk(folder.segment_path(number).read_bytes())

    def _walk(self, segment: bytes) -> int:
        end = 0
        scanner = Scanner(segment, final=True)
        for record in scanner:
            end = scanner.offset
            try:
                if record.magic == EVENT:
                    self._follow(record.payload)
                else:
                    self.open_runs.replace(record.payload)
            except Undecodable:
                continue  # whoever delivers the journal puts it into quarantine
        self.skipped += scanner.skipped
        return end

    def _follow(self, payload: bytes) -> None:
        head = _decode_head(payload)
        self.open_runs.latest[head.run_id] = LastFact(head.sequence, head.time_ns)
        self.latest_ns = max(self.latest_ns, head.time_ns)
        if head.kind in _LIFECYCLE:
            self.open_runs.follow(decode(payload))
