"""Reads the data of a plot, which may come from anywhere and be anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.capture.plots.plot import VERSION, AnyPlotData
from autolog.errors import PlotDamaged

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1_000_000
"""Far more than any plot of ours has."""


_decoder: msgspec.json.Decoder[AnyPlotData] = msgspec.json.Decoder(AnyPlotData)


class _Versioned(msgspec.Struct):
    version: int


def read_plot_data(source: bytes | Path) -> AnyPlotData:
    """What a plot shows.

    Args:
        source: The data as JSON, or the file that holds them.

    Raises:
        PlotDamaged: They are missing, broken, or of a later version.
    """
    place = "the data of a plot" if isinstance(source, bytes) else str(source)
    payload = source if isinstance(source, bytes) else _contents(source)
    try:
        version = msgspec.json.decode(payload, type=_Versioned).version
        if version > VERSION:
            raise PlotDamaged(
                f"{place}: written by a later version of autolog; upgrade autolog-ml to draw it."
            )
        return _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlotDamaged(f"{place}: cannot be drawn, since it is damaged ({error}).") from error


def _contents(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PlotDamaged(f"{path}: cannot be drawn, since no plot has as much data.")
        return path.read_bytes()
    except OSError as error:
        raise PlotDamaged(f"{path}: cannot be drawn, since it cannot be read ({error}).") from error
