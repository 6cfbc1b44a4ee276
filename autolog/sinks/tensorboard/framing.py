"""The frames in which event files hold their records: length, content, and checksums of both.

The format is TensorFlow's TFRecord. No library that writes it fits into somebody's training:
TensorBoard's own imports TensorFlow where it is installed, PyTorch's PyTorch, and tensorboardX
clients of trackers and clouds.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_POLYNOMIAL = 0x82F63B78  # of CRC-32C, which zlib's checksum is not
_ALL = 0xFFFF_FFFF
_MASK = 0xA282_EAD8
_MOST_BYTES = 1 << 30  # so that a damaged length is not believed

_length, _checksum = Struct("<Q"), Struct("<I")
_HEADER = _length.size + _checksum.size


class Frame(NamedTuple):
    """A record that was read back.

    Attributes:
        content: What it holds.
        end: Where the next one begins in the file.
    """

    content: bytes
    end: int


def framed(record: bytes) -> bytes:
    """A record as it stands in the file."""
    length = _length.pack(len(record))
    return b"".join(
        (length, _checksum.pack(_masked(length)), record, _checksum.pack(_masked(record)))
    )


def read_frames(file: BinaryIO) -> Iterator[Frame]:
    """The records of a file, up to the first that is not whole."""
    end = 0
    while True:
        header = file.read(_HEADER)
        if len(header) < _HEADER or header[_length.size :] != _checksum.pack(
            _masked(header[: _length.size])
        ):
            return
        (length,) = _length.unpack_from(header)
        if length > _MOST_BYTES:
            return
        content = file.read(length)
        if file.read(_checksum.size) != _checksum.pack(_masked(content)):
            return
        end += _HEADER + length + _checksum.size
        yield Frame(content, end)


def _masked(content: bytes) -> int:
    checksum = _crc32c(content)
    return ((checksum >> 15 | checksum << 17) + _MASK) & _ALL


def _crc32c(content: bytes) -> int:
    checksum, table = _ALL, _TABLE
    for byte in content:
        checksum = table[(checksum ^ byte) & 0xFF] ^ checksum >> 8
    return checksum ^ _ALL


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(map(_remainder, range(256)))
