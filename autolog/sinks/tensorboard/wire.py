"""Fields of messages of Protocol Buffers (https://protobuf.dev/programming-guides/encoding)."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_FIXED = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}
_MORE = 0x80
_double, _float = Struct("<d"), Struct("<f")


def varint(number: int) -> bytes:
    """A whole number, in as many bytes as it needs; a negative one in ten."""
    if 0 <= number < _MORE:
        return number.to_bytes(1, "little")
    rest = number & 0xFFFF_FFFF_FFFF_FFFF
    groups = bytearray()
    while rest >= _MORE:
        groups.append(rest & 0x7F | _MORE)
        rest >>= 7
    groups.append(rest)
    return bytes(groups)


def whole(field: int, number: int) -> bytes:
    """A field of a whole number, a truth value or a name of a list."""
    return varint(field << 3 | _VARINT) + varint(number)


def double(field: int, number: float) -> bytes:
    """A field of a number of 64 bits."""
    return varint(field << 3 | _EIGHT_BYTES) + _double.pack(number)


def single(field: int, number: float) -> bytes:
    """A field of a number of 32 bits; one that is too large for it is infinite there."""
    try:
        return varint(field << 3 | _FOUR_BYTES) + _float.pack(number)
    except OverflowError:
        return single(field, float("inf") if number > 0 else float("-inf"))


def content(field: int, value: bytes | str) -> bytes:
    """A field of a text, bytes, or another message."""
    if isinstance(value, str):
        value = value.encode()
    return varint(field << 3 | _LENGTH) + varint(len(value)) + value


def contents(message: bytes, wanted: int) -> Iterator[bytes]:
    """The contents of a field, as often as the message has it.

    Raises:
        IndexError: The message ends amid a field.
    """
    place = 0
    while place < len(message):
        key, place = _read_varint(message, place)
        field, kind = key >> 3, key & 7
        if kind == _VARINT:
            _, place = _read_varint(message, place)
        elif kind == _LENGTH:
            length, place = _read_varint(message, place)
            if field == wanted:
                yield message[place : place + length]
            place += length
        else:
            place += _FIXED[kind]


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[place]
        number |= (byte & 0x7F) << shift
        place += 1
        if byte < _MORE:
            return number, place
        shift += 7
