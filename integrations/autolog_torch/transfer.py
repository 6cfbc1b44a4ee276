"""Numbers that lie on devices, brought over together and without anybody waiting for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from autolog.capture.torch.scalars import read_scalars

if TYPE_CHECKING:
    from collections.abc import Sequence


_cuda: Any = torch.cuda  # which is typed in part


def is_capturing() -> bool:
    """Whether what is computed now becomes part of a graph of CUDA's, to be computed again."""
    return bool(_cuda.is_initialized() and _cuda.is_current_stream_capturing())


class Transfer:
    """Numbers on their way from a device of CUDA's.

    The copy takes its turn after what the device has still to compute. To wait for it would hold
    the loop up until all of that is done.

    Args:
        device: The device.
        tensors: Tensors of one element.
    """

    def __init__(self, device: torch.device, tensors: Sequence[Tensor]) -> None:
        with torch.no_grad(), torch.cuda.device(device):
            together = torch.stack([tensor.reshape(()).double() for tensor in tensors])
            self._numbers = together.to("cpu", non_blocking=True)
            self._arrival = _cuda.Event()
            self._arrival.record()

    @property
    def has_arrived(self) -> bool:
        """Whether the numbers can be read without waiting."""
        return bool(self._arrival.query())

    def read(self) -> list[float]:
        """The numbers; waits for them."""
        self._arrival.synchronize()
        numbers: list[float] = self._numbers.tolist()
        return numbers


class Reading:
    """Some numbers, of which some may lie on devices.

    Args:
        values: Numbers, and tensors of one element.
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = list(values)
        places: dict[torch.device, list[int]] = {}
        for place, value in enumerate(self._values):
            if isinstance(value, Tensor) and value.is_cuda:
                places.setdefault(value.device, []).append(place)
        self._transfers = [
            (found, Transfer(device, [self._values[place] for place in found]))
            for device, found in places.items()
        ]

    @property
    def has_arrived(self) -> bool:
        """Whether the numbers can be read without waiting."""
        return all(transfer.has_arrived for _, transfer in self._transfers)

    def read(self) -> list[float]:
        """The numbers, in their order; NaN stands for what is none."""
        for places, transfer in self._transfers:
            for place, number in zip(places, transfer.read(), strict=True):
                self._values[place] = number
        return read_scalars(self._values)
