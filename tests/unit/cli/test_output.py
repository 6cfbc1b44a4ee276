"""Tables for people and JSON for programs."""

from __future__ import annotations

import io
import json
import sys

import pytest

from autolog.cli.output import console, print_json


def test_json_is_one_indented_document(capsys):
    print_json({"values": [1, float("inf")], "text": "é"})

    output = capsys.readouterr().out
    assert json.loads(output) == {"values": [1, None], "text": "é"}
    assert output.startswith("{\n")


def test_what_the_outputs_encoding_lacks_is_replaced(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    console().print("▁█")
    stream.flush()

    assert stream.buffer.getvalue() == b"??\n"


@pytest.mark.parametrize(("columns", "expected"), [(None, 300), ("80", 80)])
def test_lines_are_broken_only_if_a_width_is_given(monkeypatch, capsys, columns, expected):
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)

    console().print("x" * 300)

    assert max(map(len, capsys.readouterr().out.splitlines())) == expected


def test_text_in_brackets_is_no_markup(capsys):
    console().print("[red]C[/red]")

    assert capsys.readouterr().out == "[red]C[/red]\n"
