"""The bytes of an event: MessagePack, written by position (https://msgpack.org)."""

from __future__ import annotations

import msgspec

from autolog.events import AnyEvent, Event

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AnyEvent)

encode = _encoder.encode
"""Encodes an event as bytes."""

encode_into = _encoder.encode_into
"""Encodes an event into a bytearray from an offset on, and cuts the bytearray after it."""

Undecodable = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for bytes that are no event which this version knows."""


def decode(payload: bytes | memoryview) -> Event:
    """Reads one event back.

    Raises:
        msgspec.DecodeError: The bytes are no event that this version knows.
        UnicodeDecodeError: A text in it is not UTF-8.
        RecursionError: It is nested too deeply.
    """
    event: Event = _decoder.decode(payload)
    return event
