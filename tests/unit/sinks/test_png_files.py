"""Which files are pictures that can be shown."""

from __future__ import annotations

import pytest

from autolog.sinks.png_files import read_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LENGTH = (13).to_bytes(4, "big")


def sized(width, height, name=b"IHDR"):
    return SIGNATURE + LENGTH + name + width.to_bytes(4, "big") + height.to_bytes(4, "big")


def test_a_picture_tells_its_size(tmp_path):
    file = tmp_path / "plot.png"
    file.write_bytes(sized(300, 200) + b"rest")

    picture = read_png(file)

    assert (picture.width, picture.height, picture.png) == (300, 200, file.read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SIGNATURE,
        sized(300, 200)[:-1],
        sized(300, 200, name=b"IDAT"),
        sized(0, 200),
        sized(100_000, 100_000),
        b"GIF89a" + bytes(100),
        sized(300, 200) + bytes(8_000_000),
    ],
)
def test_what_is_no_picture_or_too_large_is_none(tmp_path, content):
    file = tmp_path / "plot.png"
    file.write_bytes(content)

    assert read_png(file) is None


def test_what_is_gone_is_no_picture(tmp_path):
    assert read_png(tmp_path / "gone.png") is None
    assert read_png(tmp_path) is None
