"""Plots, which are kept as data until somebody looks: on their way to a sink, they are drawn."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import autolog
from autolog.errors import AutologError
from autolog.sinks.png_files import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autolog.events import ArtifactStored

_SECONDS = 120.0
_ROOT = str(Path(str(autolog.__file__)).parents[1])
_MAIN = f"import sys; sys.path.append({_ROOT!r}); from autolog.sinks.plots import main; main()"


def undrawn(event: ArtifactStored, folder: Path) -> Path | None:
    """The file with the data of a plot that nobody has looked at yet; None for any other artifact.

    Args:
        event: What is known of the artifact.
        folder: The folder of its run's files.
    """
    if event.drawn_from is None or not event.path.lower().endswith(SUFFIX):
        return None
    return None if (folder / event.path).exists() else folder / event.drawn_from


@contextmanager
def drawn(data: Path, name: str) -> Iterator[Path | None]:
    """Draws a plot in this process, for as long as the block lasts.

    Args:
        data: The file with what it shows.
        name: What the picture is to be called.

    Yields:
        The picture; None where matplotlib is missing, or the data are.
    """
    with tempfile.TemporaryDirectory() as place:
        picture = Path(place) / name
        _draw([(str(data), str(picture))])
        yield picture if picture.exists() else None


@contextmanager
def drawn_apart(plots: Iterable[Path]) -> Iterator[list[Path]]:
    """Draws plots in a process of its own: matplotlib takes the GIL from a training for a second.

    Args:
        plots: The files with what they show.

    Yields:
        The pictures, of which those are not there that could not be drawn.
    """
    with tempfile.TemporaryDirectory() as place:
        asked = [(str(data), f"{place}/{number}{SUFFIX}") for number, data in enumerate(plots)]
        if asked and find_spec("matplotlib") is not None:
            with suppress(subprocess.TimeoutExpired):
                subprocess.run(  # noqa: S603 - our own function
                    [sys.executable, "-P", "-W", "ignore", "-c", _MAIN],
                    input=msgspec.json.encode(asked),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "AUTOLOG": "0", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"},
                    timeout=_SECONDS,
                    start_new_session=True,  # Ctrl-C is meant for the training
                    check=False,
                )
        yield [Path(picture) for _, picture in asked]


def main() -> None:
    """Draws the plots that the standard input names."""
    _draw(msgspec.json.decode(sys.stdin.buffer.read(), type=list[tuple[str, str]]))


def _draw(asked: Iterable[tuple[str, str]]) -> None:
    from autolog.plotting import draw

    for data, picture in asked:
        with suppress(AutologError):  # matplotlib is missing, or the data are damaged or gone
            draw(Path(data), Path(picture))
