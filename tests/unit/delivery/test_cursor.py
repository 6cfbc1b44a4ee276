from __future__ import annotations

import pytest

from autolog.delivery.cursor import Cursor


def test_a_position_survives_the_process(tmp_path):
    Cursor(tmp_path / "0.cursor").advance(1 << 40)

    assert Cursor(tmp_path / "0.cursor").position == 1 << 40


def test_a_later_position_replaces_the_earlier(tmp_path):
    cursor = Cursor(tmp_path / "0.cursor")

    cursor.advance(10)
    cursor.advance(20)

    assert Cursor(tmp_path / "0.cursor").position == 20


def test_a_new_cursor_stands_at_the_beginning(tmp_path):
    assert Cursor(tmp_path / "0.cursor").position == 0


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 12, b"\xff" * 50])
def test_a_damaged_cursor_stands_at_the_beginning(tmp_path, content):
    (tmp_path / "0.cursor").write_bytes(content)

    assert Cursor(tmp_path / "0.cursor").position == 0


def test_a_position_that_cannot_be_written_holds_in_this_process(tmp_path):
    cursor = Cursor(tmp_path / "missing" / "0.cursor")

    with pytest.raises(FileNotFoundError):
        cursor.advance(10)

    assert cursor.position == 10
