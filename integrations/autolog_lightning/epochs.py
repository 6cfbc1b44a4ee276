"""The metrics of epochs: what the trainer knows once an epoch is over."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.scalars import read_scalars

if TYPE_CHECKING:
    from autolog.integration import Run
    from autolog_lightning.steps import StepMetrics

EPOCH_SECONDS = "epoch_seconds"
SAMPLES_PER_SECOND = "samples_per_second"


class EpochMetrics:
    """Records what has been logged in an epoch, by validation too, at the step of its number.

    It is read when the epoch is over for all callbacks and for the module, since each of them may
    log something until then. Lightning has computed everything by that time, in all processes of a
    distributed training, so that reading starts no communication between these.

    Args:
        run: The run of the fit.
        steps: Knows which metrics are those of steps.
        every: Only every so many epochs are recorded.

    Attributes:
        epoch: The number of the epoch that is under way, if one is.
    """

    def __init__(self, run: Run, steps: StepMetrics, every: int) -> None:
        self._run = run
        self._steps = steps
        self._every = every
        self.epoch: int | None = None
        self._began = 0.0
        self._batches = 0

    def begin(self, epoch: int) -> None:
        """Begins an epoch, unless it is under way."""
        if self.epoch is None:
            self.epoch = epoch
            self._began = time.perf_counter()
            self._batches = self._steps.count

    def end(self, trainer: Any) -> None:
        """Ends the epoch that is under way, if there is one."""
        epoch, self.epoch = self.epoch, None
        self._steps.flush()
        if epoch is None:
            return
        found = self._steps.take_epoch(trainer)
        if (epoch + 1) % self._every == 0:
            self._log(epoch, found | self._speed(trainer))

    def give_up(self, trainer: Any) -> None:
        """Records what is known of an epoch that does not end: nothing more is computed for it."""
        epoch, self.epoch = self.epoch, None
        self._steps.flush()
        if epoch is not None and trainer.world_size == 1:
            self._log(epoch, self._steps.take_epoch(trainer))

    def _log(self, epoch: int, found: dict[str, Any]) -> None:
        floats = dict(zip(found, read_scalars(list(found.values())), strict=True))
        if floats:
            self._run.log_point(floats, epoch)

    def _speed(self, trainer: Any) -> dict[str, float]:
        seconds = time.perf_counter() - self._began
        size = getattr(trainer.train_dataloader, "batch_size", None)
        batches = self._steps.count - self._batches
        if not isinstance(size, int) or not batches:
            return {EPOCH_SECONDS: seconds}
        samples = batches * size
        with suppress(AttributeError, TypeError, NotImplementedError):  # as of a stream
            samples = min(samples, len(trainer.train_dataloader.dataset))
        return {
            EPOCH_SECONDS: seconds,
            SAMPLES_PER_SECOND: samples * trainer.world_size / seconds,
        }
