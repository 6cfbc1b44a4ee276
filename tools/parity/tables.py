"""The tables: where they and their cases are, and how they are written."""

from __future__ import annotations

import json
import runpy
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = Path(__file__).parents[2] / "tests" / "parity"

Entry: TypeAlias = dict[str, Any]


def cases(module: str) -> Mapping[str, Any]:
    """The cases in a module of tests/parity."""
    found: Mapping[str, Any] = runpy.run_path(str(FOLDER / f"{module}.py"))["CASES"]
    return found


def write(table: str, entries: Mapping[str, Entry | None], libraries: Iterable[str]) -> None:
    """Writes a table with one line for each case, and the versions of the libraries."""
    lines = [f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
    made_with = json.dumps({name: version(name) for name in libraries})
    body = ",\n".join(lines)
    text = f'{{\n  "made_with": {made_with},\n  "cases": {{\n{body}\n  }}\n}}\n'
    (FOLDER / table).write_text(text, encoding="utf-8")
