"""What is said of a full disk, whoever meets it first: the journal or a sink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.delivery.overflow import CAPACITY
from autolog.guard import say_once

if TYPE_CHECKING:
    from pathlib import Path


def say_disk_full(path: Path) -> None:
    """Warns of a full disk, once however many files on it cannot be written.

    Args:
        path: A file that could not be written.
    """
    disk = next(folder for folder in path.absolute().parents if folder.is_mount())
    say_once(
        f"autolog: the disk at {disk} is full. Your code goes on; its records wait until there is "
        f"room, up to {CAPACITY >> 20} MiB of them in memory alone, and what exceeds that is "
        "counted as lost. Make room there, or point AUTOLOG_DIR elsewhere."
    )
