"""Copies the files of runs to where the readers of a sink look for them."""

from __future__ import annotations

import shutil
import uuid
from typing import TYPE_CHECKING

from autolog.content_addresses import is_remote
from autolog.errors import ArtifactUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.store import RecordedRun


def copy_files(source: Path, target: Path) -> None:
    """Copies what a folder has and another lacks, each file in one piece.

    Args:
        source: The folder of a run's files; it may be missing.
        target: Where they are to be.

    Raises:
        OSError: The disk refuses.
    """
    if source.resolve() == target.resolve():
        return
    for file in sorted(source.rglob("*")):
        within = file.relative_to(source)
        # what begins with a dot is not finished
        if file.is_file() and not any(part.startswith(".") for part in within.parts):
            _copy(file, target / within)


def fetch_files(run: RecordedRun) -> int:
    """Fetches the files of a run that are in an artifact store and not on this machine.

    Args:
        run: The run.

    Returns:
        How many could not be fetched.

    Raises:
        OSError: The disk refuses.
    """
    missing = 0
    for artifact in run.artifacts:
        if is_remote(artifact.location) and artifact.drawn_from is None:
            try:
                _ = artifact.file
            except ArtifactUnavailable:
                missing += 1
    return missing


def _copy(file: Path, target: Path) -> None:
    if target.is_file() and _look(target) == _look(file):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        shutil.copy2(file, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _look(file: Path) -> tuple[int, int]:
    facts = file.stat()
    return facts.st_size, facts.st_mtime_ns
