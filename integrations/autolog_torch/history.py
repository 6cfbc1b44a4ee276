"""Turns what a loop goes through into metrics: of each step, and of each epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from autolog_torch.entries import (
    EPOCH_LOSS,
    EPOCH_SECONDS,
    STEPS_PER_SECOND,
    EpochBegun,
    Evaluated,
    StepTaken,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autolog.integration import Run
    from autolog_torch.entries import Entry, PlainStep
    from autolog_torch.members import Member


class Mean(msgspec.Struct):
    """The mean of numbers that come one by one."""

    total: float = 0.0
    count: int = 0

    def add(self, number: float) -> None:
        """Takes one more number in."""
        self.total += number
        self.count += 1

    @property
    def value(self) -> float:
        """The mean."""
        return self.total / self.count if self.count else math.nan


class Epoch(msgspec.Struct):
    """The steps of one pass over the training data, or of a loop that makes none.

    Attributes:
        number: Which epoch, from 0; `None` where the loop has no passes.
        began: When it began.
        latest: When its last step was taken.
        steps: How many steps of the first optimizer were taken.
        loss: The mean of their losses.
        evaluated: The means of the losses that nothing is learnt from.
    """

    number: int | None
    began: float
    latest: float
    steps: int = 0
    loss: Mean = msgspec.field(default_factory=Mean)
    evaluated: dict[str, Mean] = msgspec.field(default_factory=dict)


class History:
    """Writes the metrics of one training.

    Args:
        run: Where they go.
        began: When the training began, by `time.perf_counter`.
    """

    def __init__(self, run: Run, began: float) -> None:
        self._run = run
        self._earliest = run.now()
        self._offset = self._earliest - began * 1e9
        self._epoch = Epoch(None, began, began)
        self._latest_step = 0
        self._log_step = run.step_logger()

    def time_ns(self, when: float) -> int:
        """A moment in nanoseconds since the epoch.

        Args:
            when: The moment, by `time.perf_counter`.
        """
        return max(self._earliest, int(when * 1e9 + self._offset))

    def write(self, entries: Sequence[Entry | PlainStep], values: Sequence[float]) -> None:
        """Writes what has happened.

        Args:
            entries: What has happened, in its order.
            values: The numbers of all of them that `values_of` gives.
        """
        read = iter(values)
        for entry in entries:
            if type(entry) is tuple:
                when, step, member, loss = entry
                number = loss if type(loss) is float else next(read)
                self._take_in(when, step, member, number)
                self._log_step({member.names.loss: number}, step, self.time_ns(when))
            elif isinstance(entry, StepTaken):
                self._write_step(entry, read)
            elif isinstance(entry, Evaluated):
                mean = self._epoch.evaluated.setdefault(entry.name, Mean())
                mean.add(_number(entry.loss, read))
            elif isinstance(entry, EpochBegun):
                self.end_epoch()
                before = self._epoch.number
                self._epoch = Epoch(0 if before is None else before + 1, entry.when, entry.when)

    def end_epoch(self) -> None:
        """Writes what is known of an epoch when it is over."""
        epoch = self._epoch
        metrics = {name: mean.value for name, mean in epoch.evaluated.items()}
        seconds = epoch.latest - epoch.began
        if epoch.steps and seconds > 0:
            metrics[STEPS_PER_SECOND] = epoch.steps / seconds
        if epoch.number is None:
            self._log(metrics, self._latest_step, epoch.latest)
            return
        metrics[EPOCH_SECONDS] = seconds
        if epoch.loss.count:
            metrics[EPOCH_LOSS] = epoch.loss.value
        self._log(metrics, epoch.number, epoch.latest)

    def _write_step(self, entry: StepTaken, read: Iterator[float]) -> None:
        metrics, names = {}, entry.member.names
        loss = None
        if entry.losses:
            loss = metrics[names.loss] = sum([_number(one, read) for one in entry.losses])
        if entry.rates is not None:
            rates = [_number(one, read) for one in entry.rates if one is not None]
            metrics.update(zip(names.rates, rates, strict=False))
        if entry.norm is not None:
            metrics[names.norm] = _number(entry.norm, read)
        self._take_in(entry.when, entry.step, entry.member, loss)
        if metrics:
            self._log_step(metrics, entry.step, self.time_ns(entry.when))

    def _take_in(self, when: float, step: int, member: Member, loss: float | None) -> None:
        """Counts a step in to the epoch."""
        epoch = self._epoch
        if not member.place:
            if epoch.number is None and epoch.evaluated:
                means = {name: mean.value for name, mean in epoch.evaluated.items()}
                self._log(means, self._latest_step, epoch.latest)
                epoch.evaluated.clear()
            epoch.steps += 1
            self._latest_step = step
            if loss is not None:
                epoch.loss.add(loss)
        epoch.latest = when

    def _log(self, metrics: dict[str, float], step: int, when: float) -> None:
        if metrics:
            self._run.log_point(metrics, step, time_ns=self.time_ns(when))


def _number(value: Any, read: Iterator[float]) -> float:
    return value if type(value) is float else next(read)
