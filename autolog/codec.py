"""The bytes of an event: MessagePack, written by position (https://msgpack.org).

In a journal each has a header before it: magic, length, checksum.
"""

from __future__ import annotations

from struct import Struct
from typing import Any
from zlib import crc32

import msgspec

from autolog.events import AnyEvent, Event

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AnyEvent)

EVENT = b"\xa7alE"
"""Begins a record that holds an event."""

OPEN_RUNS = b"\xa7alR"
"""Begins a record that lists the runs which were open when a segment was begun."""

SEEDS = {EVENT: 0, OPEN_RUNS: crc32(OPEN_RUNS)}
"""What the checksum of each kind begins with: one damaged byte makes no kind of the other."""

header = Struct("<4sII")
_ARRAY = b"\xdd"  # of MessagePack; the number of its elements follows, in four bytes

Undecodable = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for bytes that are no event which this version knows."""


def encode(event: Event) -> bytes:
    """The bytes of an event.

    Text that is no Unicode, such as a file name that is not UTF-8, is written with backslashes:
    an event is worth more than one odd character in it.
    """
    try:
        return _encoder.encode(event)
    except UnicodeEncodeError:
        return _encoder.encode(_encodable(event))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    if isinstance(value, msgspec.Struct):
        return type(value)(*(_encodable(getattr(value, name)) for name in value.__struct_fields__))
    return value


def decode(payload: bytes | memoryview) -> Event:
    """Reads one event back.

    Raises:
        msgspec.DecodeError: The bytes are no event that this version knows.
        UnicodeDecodeError: A text in it is not UTF-8.
        RecursionError: It is nested too deeply.
    """
    event: Event = _decoder.decode(payload)
    return event


def decode_records(content: bytes) -> tuple[list[int], tuple[Event, ...]]:
    """Reads many events back, in half of the time that it takes one by one.

    Args:
        content: Whole records of a journal.

    Returns:
        Where each record of an event begins in the content, and the events.

    Raises:
        msgspec.DecodeError: Something is damaged, or no event that this version knows.
        UnicodeDecodeError: A text in an event is not UTF-8.
        RecursionError: One is nested too deeply.
    """
    places: list[int] = []
    payloads: list[bytes] = []
    place = 0
    while place + header.size <= len(content):
        magic, length, checksum = header.unpack_from(content, place)
        start = place + header.size
        payload = content[start : start + length]
        if magic not in SEEDS or crc32(payload, SEEDS[magic]) != checksum:
            break
        if magic == EVENT:
            places.append(place)
            payloads.append(payload)
        place = start + length
    if place != len(content):
        raise msgspec.DecodeError("a record is damaged")
    array = b"".join((_ARRAY, len(payloads).to_bytes(4, "big"), *payloads))
    # the decoder is made here, where it is nothing beside the events: few processes need it
    return places, msgspec.msgpack.decode(array, type=tuple[AnyEvent, ...])
