"""TensorBoard's writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class TensorBoard:
    """The `SummaryWriter` that PyTorch has too, in the package that needs no PyTorch."""

    name: ClassVar[str] = "TensorBoard"
    role: ClassVar[Role] = "peer"
    package: ClassVar[str] = "tensorboardX"
    configuration: ClassVar[str] = "tensorboardX SummaryWriter, a call of add_scalar per metric"

    def open(self, folder: Path) -> None:
        from tensorboardX import SummaryWriter

        self._writer = SummaryWriter(str(folder / "events"))

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        for name, value in metrics.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()

    def points(self, folder: Path) -> int:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        found = EventAccumulator(str(folder / "events"), size_guidance={"tensors": 0, "scalars": 0})
        found.Reload()
        return sum(len(found.Scalars(name)) for name in found.Tags()["scalars"]) + sum(
            len(found.Tensors(name)) for name in found.Tags()["tensors"]
        )
