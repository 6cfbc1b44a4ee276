"""The folder that an autolog process keeps its files in, `.autolog` by default."""

from __future__ import annotations

import os
from pathlib import Path

from autolog.errors import StoreMissing

NAME = ".autolog"


def directory_to_write() -> Path:
    """The directory that `AUTOLOG_DIR` names, or else `.autolog` in the working directory."""
    return _named() or Path.cwd() / NAME


def directory_to_read() -> Path:
    """The directory that `AUTOLOG_DIR` names, or else the nearest `.autolog` here or above.

    Raises:
        StoreMissing: There is none.
    """
    named = _named()
    if named is not None:
        if named.is_dir():
            return named
        raise StoreMissing(
            f"There are no runs here: AUTOLOG_DIR names {named}, which is no folder (yet)."
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / NAME).is_dir():
            return folder / NAME
    raise StoreMissing(
        f"There are no runs here: {here} and the folders above it have no {NAME!r}, and "
        "AUTOLOG_DIR is not set. Train something after `autolog()` first, or go where you did."
    )


def prepare(directory: Path) -> None:
    """Creates the directory, with a `.gitignore` that keeps all of it out of git.

    Raises:
        OSError: It cannot be created.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ignore = directory / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def _named() -> Path | None:
    named = os.environ.get("AUTOLOG_DIR")
    return Path(named).expanduser().resolve() if named else None
