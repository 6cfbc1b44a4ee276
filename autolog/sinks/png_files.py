"""PNG files, as far as a sink has to know them to show them."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".png"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_size = Struct(">4x4sII")  # of the chunk that each file begins with: its name, width and height
_HEADER = b"IHDR"
_MOST_BYTES = 8_000_000
_MOST_PIXELS = 50_000_000


class Picture(NamedTuple):
    """A picture.

    Attributes:
        png: The file's content.
        width: In pixels.
        height: In pixels.
    """

    png: bytes
    width: int
    height: int


def read_png(path: Path) -> Picture | None:
    """The picture in a file; None where there is none, or one that is too large to be shown."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        png = path.read_bytes()
    except OSError:
        return None  # replaced or removed since, or not drawn yet
    if not png.startswith(_SIGNATURE) or len(png) < len(_SIGNATURE) + _size.size:
        return None
    name, width, height = _size.unpack_from(png, len(_SIGNATURE))
    if name != _HEADER or not 0 < width * height <= _MOST_PIXELS:
        return None
    return Picture(png, width, height)
