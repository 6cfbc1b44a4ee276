"""What README.md shows is what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document():
    """The tool behind `make document`."""
    spec = importlib.util.spec_from_file_location("document", ROOT / "tools" / "document.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_chance(text):
    """Text without what differs from run to run: ids, durations, ages and widths."""
    text = re.sub(r"^[0-9a-f]{8} ", "ID ", text, flags=re.MULTILINE)
    text = re.sub(r"\b\d+(\.\d+)? (ms|s)\b", "TIME", text)
    text = re.sub(r"just now|\d+ s ago", "AGO", text)
    return re.sub(r"[ ─━]+", " ", text)


def test_the_table_of_what_is_recorded_is_that_of_the_code(document):
    begin, end = document.TABLE

    shown = README.partition(begin)[2].partition(end)[0]

    assert shown.strip() == document.table().strip()


def test_the_example_prints_what_is_shown(document):
    begin, end = document.EXAMPLE

    shown = README.partition(begin)[2].partition(end)[0]

    printed = document.printed(document.example(README))
    assert without_chance(shown.strip()) == without_chance(printed.strip())


BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_block_of_code_runs(number):
    # what reads runs back needs some: those of the first block
    source = BLOCKS[0] + BLOCKS[number] if "last_run" in BLOCKS[number] else BLOCKS[number]

    exec(compile(source, f"block {number} of README.md", "exec"), {"__name__": "__main__"})


def test_every_file_that_the_readme_links_to_exists():
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert all((ROOT / link).exists() for link in links)


def test_the_two_commands_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in ("demo", "test"):
        assert f"    make {target}\n" in README
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
