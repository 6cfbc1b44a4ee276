"""The pictures of a run: files, and plots that are kept as data and drawn now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autolog.sinks.plots import drawn_apart, undrawn
from autolog.sinks.png_files import SUFFIX, read_png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autolog.events import ArtifactStored
    from autolog.sinks.png_files import Picture


def pictures(events: Iterable[ArtifactStored], artifacts: Path) -> dict[ArtifactStored, Picture]:
    """The pictures among some artifacts, as far as they are there.

    Args:
        events: What is known of the artifacts.
        artifacts: The folder that holds the artifacts of each run.
    """
    asked = [event for event in events if event.path.lower().endswith(SUFFIX)]
    found = {event: read_png(_place(event, artifacts)) for event in asked}
    plots = {event: undrawn(event, artifacts / event.run_id) for event in asked}
    data = {event: file for event, file in plots.items() if file is not None}
    with drawn_apart(data.values()) as files:
        found.update(zip(data, map(read_png, files), strict=True))
    return {event: picture for event, picture in found.items() if picture is not None}


def _place(event: ArtifactStored, artifacts: Path) -> Path:
    kept = artifacts / event.run_id / event.path
    return kept if event.location is None or kept.exists() else Path(event.location)
