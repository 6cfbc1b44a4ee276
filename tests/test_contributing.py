"""What CONTRIBUTING.md shows is taken from a plugin that is really installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
BLOCKS = re.findall(r"```(?:python|toml) title=\"(.*?)\"\n(.*?)```", CONTRIBUTING, re.DOTALL)


def test_there_is_code_for_an_integration_and_for_a_sink():
    assert {Path(file).name for file, _ in BLOCKS} >= {"patches.py", "sink.py"}


@pytest.mark.parametrize(("file", "code"), BLOCKS, ids=[file for file, _ in BLOCKS])
def test_what_is_shown_stands_in_its_file(file, code):
    text = (ROOT / file).read_text()

    passages = [
        passage.strip("\n") for passage in re.split(r"^ *\.\.\.,?\n", code, flags=re.MULTILINE)
    ]

    assert [passage for passage in passages if passage not in text] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make (\w+)", CONTRIBUTING))))
def test_every_make_target_that_is_named_exists(target):
    makefile = (ROOT / "Makefile").read_text()

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
