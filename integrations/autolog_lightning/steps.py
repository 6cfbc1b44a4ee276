"""The metrics of training steps, taken from the trainer before the next batch."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.scalars import read_scalars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.capture.torch.optimizers import LearningRates
    from autolog.integration import Run

_PAUSE_NS = 100_000_000
"""Time between two writings: to write each of many quick steps alone takes ten times as long."""

_PAUSE_ON_ACCELERATOR_NS = 1_000_000_000
"""The same where values have to be brought over, which stops the accelerator."""


class StepMetrics:
    """Records what training steps have logged, and the learning rates that they were made with.

    Steps are taken one by one, and written together, after a moment or before anything else is
    recorded. Of a slow training each step is written at once.

    Args:
        run: The run of the fit.
        rates: The learning rates.
        on_accelerator: Whether values lie where reading them takes long.

    Attributes:
        count: How many batches there have been.
    """

    def __init__(self, run: Run, rates: LearningRates, *, on_accelerator: bool) -> None:
        self.count = 0
        self._run = run
        self._rates = rates
        self._rates_now = rates.values()
        self._pause_ns = _PAUSE_ON_ACCELERATOR_NS if on_accelerator else _PAUSE_NS
        self._written_ns = 0
        self._waiting: list[tuple[int, int, dict[str, Any], list[Any]]] = []
        self._connector: Any = None
        self._counter: Any = None
        self._metrics = "callback_metrics"
        self._keeps_all = run.keeps_step(1)
        self._step = -1
        self._names: set[str] = set()
        self._known: dict[str, Any] = {}
        self._of_epochs: dict[str, Any] = {}

    def begin_epoch(self, trainer: Any) -> None:
        """Looks for what counts the steps."""
        self._counter = _counter(trainer)

    def begin_batch(self, trainer: Any) -> None:
        """Takes the step that has ended before a batch, and the rates that the batch has."""
        step = trainer.global_step if self._counter is None else self._counter.completed
        if step != self._step:
            self.take(trainer, step)
        self._rates_now = self._rates.values()
        self.count += 1

    def take(self, trainer: Any, step: int) -> None:
        """Takes a step; batches whose gradients are summed are one.

        Args:
            trainer: The trainer.
            step: Its global step.
        """
        self._step = step
        if self._keeps_all or self._run.keeps_step(step):
            now = time.time_ns()
            known = getattr(self._connector or trainer, self._metrics).copy()
            self._waiting.append((step, now, known, self._rates_now))
            if now - self._written_ns > self._pause_ns:
                self.flush()

    def catch_up(self, trainer: Any) -> None:
        """Takes the last step before something else is computed."""
        if trainer.global_step != self._step:
            self.take(trainer, trainer.global_step)

    def give_up(self, trainer: Any) -> None:
        """Takes a step that the trainer was about to end when something failed."""
        if trainer.global_step != self._step:
            if trainer.world_size == 1:  # else it may have to be computed with processes that wait
                _ = trainer.callback_metrics  # takes in what the step has logged
            self.take(trainer, trainer.global_step)

    def pass_over(self, trainer: Any) -> None:
        """Leaves out what the trainer knows from before, as from a checkpoint."""
        self._step = trainer.global_step
        connector = getattr(trainer, "_logger_connector", None)
        if hasattr(connector, "_callback_metrics"):
            # by the end of a batch they are there; the trainer would put them together once more
            self._connector, self._metrics = connector, "_callback_metrics"
        self._known.update(trainer.callback_metrics)

    def leave_to_epoch(self, trainer: Any) -> None:
        """Leaves what the trainer has learnt outside a training step to the end of the epoch."""
        self.flush()
        fresh = self._fresh(trainer.callback_metrics)
        self._of_epochs |= {name: fresh[name] for name in fresh if name not in self._names}

    def take_epoch(self, trainer: Any) -> dict[str, Any]:
        """What the trainer has learnt in an epoch, and what is not recorded by steps."""
        self.leave_to_epoch(trainer)
        found, self._of_epochs = self._of_epochs, dict.fromkeys(self._of_epochs)
        rates = self._rates.names
        return {
            name: value for name, value in found.items() if value is not None and name not in rates
        }

    def flush(self) -> None:
        """Records the steps that are not recorded yet."""
        self._written_ns = time.time_ns()
        waiting, self._waiting = self._waiting, []
        names = self._rates.names
        taken = [
            (step, time_ns, self._of_step(known) | dict(zip(names, rates, strict=True)))
            for step, time_ns, known, rates in waiting
        ]
        floats = iter(read_scalars([value for _, _, found in taken for value in found.values()]))
        for step, time_ns, found in taken:
            if found:
                numbers = {name: next(floats) for name in found}
                self._run.log_point(numbers, step, time_ns=time_ns)

    def _of_step(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """What is new in what the trainer knew after a step, and what belongs to the step."""
        fresh, of_epochs = self._fresh(known), self._of_epochs
        found = {
            name: value
            for name, value in fresh.items()
            # where a metric is that of an epoch too, its value in a step has a name of its own
            if name not in of_epochs and f"{name}_step" not in fresh
        }
        self._names.update(found)
        return found

    def _fresh(self, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """What the trainer did not know before: each value is an object of its own."""
        known = self._known
        found = {name: value for name, value in metrics.items() if known.get(name) is not value}
        known.update(found)
        return found


def _counter(trainer: Any) -> Any:
    """What Lightning counts steps with, which the trainer asks many others for; `None` if unknown.

    Args:
        trainer: The trainer.
    """
    loop = trainer.fit_loop.epoch_loop
    with suppress(AttributeError):
        if trainer.lightning_module.automatic_optimization:
            found = loop.automatic_optimization.optim_progress.optimizer.step.total
        else:
            found = loop.manual_optimization.optim_step_progress.total
        return found if found.completed == trainer.global_step else None
    return None
