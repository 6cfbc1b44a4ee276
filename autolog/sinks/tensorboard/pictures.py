"""The pictures of a run: files, and plots that are kept as data and drawn now."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import autolog
from autolog.errors import AutologError
from autolog.sinks.png_files import SUFFIX, read_png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autolog.events import ArtifactStored
    from autolog.sinks.png_files import Picture

_SECONDS = 120.0
_ROOT = str(Path(str(autolog.__file__)).parents[1])
_DRAW = (
    f"import sys; sys.path.append({_ROOT!r}); "
    "from autolog.sinks.tensorboard.pictures import draw_what_is_asked; draw_what_is_asked()"
)


def pictures(events: Iterable[ArtifactStored], artifacts: Path) -> dict[ArtifactStored, Picture]:
    """The pictures among some artifacts, as far as they are there.

    Args:
        events: What is known of the artifacts.
        artifacts: The folder that holds the artifacts of each run.
    """
    asked = [event for event in events if event.path.lower().endswith(SUFFIX)]
    found = {event: read_png(_place(event, artifacts)) for event in asked}
    missing = {
        event: artifacts / event.run_id / event.drawn_from
        for event in asked
        if event.drawn_from is not None and found[event] is None
    }
    if missing and find_spec("matplotlib") is not None:
        found.update(zip(missing, _drawn(list(missing.values())), strict=True))
    return {event: picture for event, picture in found.items() if picture is not None}


def draw_what_is_asked() -> None:
    """Draws plots in a process of its own; the standard input says which, and where to."""
    from autolog.plotting import draw

    for source, target in msgspec.json.decode(sys.stdin.buffer.read(), type=list[tuple[str, str]]):
        try:
            draw(Path(source), Path(target))
        except AutologError as error:
            sys.stderr.write(f"{error}\n")


def _place(event: ArtifactStored, artifacts: Path) -> Path:
    kept = artifacts / event.run_id / event.path
    return kept if event.location is None or kept.exists() else Path(event.location)


def _drawn(sources: list[Path]) -> list[Picture | None]:
    """Draws plots: matplotlib would take the GIL from the training for a second."""
    with tempfile.TemporaryDirectory() as place:
        targets = [Path(place) / f"{number}{SUFFIX}" for number in range(len(sources))]
        asked = [
            (str(source), str(target)) for source, target in zip(sources, targets, strict=True)
        ]
        try:
            subprocess.run(  # noqa: S603 - our own function
                [sys.executable, "-P", "-W", "ignore", "-c", _DRAW],
                input=msgspec.json.encode(asked),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "AUTOLOG": "0", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"},
                timeout=_SECONDS,
                start_new_session=True,  # Ctrl-C is meant for the training
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [None] * len(sources)
        return [read_png(target) for target in targets]
