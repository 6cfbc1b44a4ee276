"""Gives files other names for as long as they are sent: MLflow's client sends them by their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def named(file: Path, name: str) -> Iterator[Path]:
    """A file under another name, for as long as the block lasts.

    Args:
        file: The file.
        name: The name; where it has that already, it is given itself.
    """
    if file.name == name:
        yield file
        return
    with beside(file) as place:
        link(file, place / name)
        yield place / name


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A folder beside a file or folder, whose files can be linked there instead of copied."""
    with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as place:
        yield Path(place)


def link(source: str | Path, target: str | Path) -> None:
    """Gives a file a further name, or copies it where a file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
