"""Drawing plots from their data, in the process that wants to look at them."""

from __future__ import annotations

from autolog.plotting.drawing import draw

__all__ = ["draw"]
