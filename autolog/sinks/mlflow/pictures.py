"""Plots, which are kept as data until somebody looks: on their way to a server, they are drawn."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from autolog.errors import AutologError

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = ".png"
"""What the names of plots end with."""


@contextmanager
def drawn(data: Path, name: str) -> Iterator[Path | None]:
    """Draws a plot, for as long as the block lasts.

    Args:
        data: The file with what it shows.
        name: What the picture is to be called.

    Yields:
        The picture; None where matplotlib is missing, or the data are.
    """
    from autolog.plotting import draw

    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / name
        with suppress(AutologError):
            draw(data, picture)
        yield picture if picture.exists() else None
