"""Where a record stands in its journal: one ascending integer of segment number and offset."""

from __future__ import annotations

_OFFSET_BITS = 32
_OFFSETS = (1 << _OFFSET_BITS) - 1


def position_of(segment: int, offset: int) -> int:
    """The position of the byte at `offset` of a segment."""
    return segment << _OFFSET_BITS | offset


def segment_of(position: int) -> int:
    """The number of the segment that a position lies in."""
    return position >> _OFFSET_BITS


def offset_of(position: int) -> int:
    """How many bytes a position lies behind the beginning of its segment."""
    return position & _OFFSETS
