"""What a process takes of its machine, as a tensor that can be sent to other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.capture.effort import Effort

if TYPE_CHECKING:
    import torch

USAGE = ("cpu_percent", "peak_rss_bytes")
"""What is told of each process: 100 percent are one core."""

_OF_GPU = "peak_gpu_bytes"


class Usage:
    """Measures this process, from the making of this object or the last time on."""

    def __init__(self) -> None:
        self._effort = Effort()

    def taken(self, device: torch.device) -> tuple[tuple[str, ...], torch.Tensor]:
        """What was taken since the last time.

        Args:
            device: What the process computes on, and the tensor is to lie on.

        Returns:
            Names, and a tensor of as many numbers.
        """
        import torch

        seconds, cpu_seconds, peak = self._effort.metrics().values()
        self._effort = Effort()
        taken = dict(zip(USAGE, (100 * cpu_seconds / seconds, peak), strict=True))
        if device.type == "cuda":
            taken[_OF_GPU] = float(torch.cuda.max_memory_allocated(device))
        return tuple(taken), torch.tensor([*taken.values()], device=device)
