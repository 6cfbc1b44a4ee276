"""The files of a run that are here: not those that were left elsewhere, such as checkpoints.

What was left elsewhere may have any size, and may change while it is being sent; sinks say where it
is, and leave it there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autolog.content_addresses import is_elsewhere

if TYPE_CHECKING:
    from autolog.events import ArtifactStored


def file_of(event: ArtifactStored, folder: Path) -> Path | None:
    """Where a file of a run is, if it is among the run's files; it may be gone by now.

    Args:
        event: What is known of the file.
        folder: The folder of the run's files.
    """
    if not is_elsewhere(event.location):
        return folder / event.path
    place = Path(event.location)
    # a checkpoint that was written for the run has a name of its own there
    return place if place.is_relative_to(folder) else None


def is_of_model(file: Path, folder: Path) -> bool:
    """Whether a file is one of a model's, which sinks keep as a whole.

    Args:
        file: The file.
        folder: The folder of the run's files.
    """
    from autolog.capture.model.directory import MLMODEL

    return any((parent / MLMODEL).exists() for parent in file.parents if folder in parent.parents)
