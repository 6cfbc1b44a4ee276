"""Single numbers that lie on a device, brought over together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_scalars(values: Sequence[Any]) -> list[float]:
    """Numbers of Python's, of NumPy's, or in tensors of one element, as floats.

    What lies on one device is brought over at once, which takes one synchronisation.

    Args:
        values: The numbers; NaN stands for what is none.
    """
    floats = [math.nan] * len(values)
    on_devices: dict[Any, list[int]] = {}
    for place, value in enumerate(values):
        device = getattr(value, "device", None)
        if getattr(device, "type", "cpu") == "cpu":
            floats[place] = _float(value)
        elif value.numel() == 1:
            on_devices.setdefault(device, []).append(place)
    for places in on_devices.values():
        import torch

        together = torch.stack([values[place].detach().reshape(()).double() for place in places])
        for place, number in zip(places, together.tolist(), strict=True):
            floats[place] = number
    return floats


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):  # of no number, or of several
        return math.nan
