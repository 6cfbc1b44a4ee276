"""What is said of a full disk, whoever meets it first: the journal, a sink, or a file of a run."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from autolog.saying import say_once

if TYPE_CHECKING:
    from collections.abc import Iterator

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The numbers of an `OSError` that says: there is no room left, or none for this user."""


def say_disk_full(path: Path | str | None) -> None:
    """Warns of a full disk, once for the process, however many files cannot be written.

    Args:
        path: A file that could not be written, if it is known.
    """
    if path is None:
        where = "a disk"
    else:
        folders = Path(path).absolute().parents
        where = f"the disk at {next(folder for folder in folders if folder.is_mount())}"
    say_once(
        f"autolog: {where} is full. Your code goes on; its records wait until there is room, some "
        "of them in memory alone, models are left out, and what is lost is counted. Make room "
        "there, or point AUTOLOG_DIR elsewhere.",
        about="full disk",
    )


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Surrounds what writes to a path, so that the error of a full disk says where that was.

    Opening a file that cannot be made names it; writing to one that is open does not.

    Args:
        path: The file or folder that is written to.
    """
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL and error.filename is None:
            error.filename = str(path)
        raise
