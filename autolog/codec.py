"""The bytes of an event: MessagePack, written by position (https://msgpack.org)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.events import AnyEvent, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AnyEvent)

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


def decode_all(payloads: Sequence[bytes]) -> tuple[Event, ...]:
    """Reads many events back, in half of the time that it takes one by one.

    Raises:
        msgspec.DecodeError: The bytes of one are no event that this version knows.
        UnicodeDecodeError: A text in one is not UTF-8.
        RecursionError: One is nested too deeply.
    """
    array = b"".join((_ARRAY, len(payloads).to_bytes(4, "big"), *payloads))
    # the decoder is made here, where it is nothing beside the events: few processes need it
    return msgspec.msgpack.decode(array, type=tuple[AnyEvent, ...])
