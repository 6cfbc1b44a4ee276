"""What a loop goes through, in its order, kept until it is written down for many steps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog_torch.members import Member

LOSS = "loss"
GRADIENT_NORM = "gradient_norm"
EPOCH_LOSS, EPOCH_SECONDS, STEPS_PER_SECOND = "loss_epoch", "epoch_seconds", "steps_per_second"


class StepTaken(msgspec.Struct):
    """An optimizer has taken a step.

    Attributes:
        when: When, by `time.perf_counter`.
        step: Which of its steps in this training, from 0.
        member: The optimizer's place in the training.
        losses: The losses that it makes smaller: numbers, or copies on a device.
        rates: The learning rate of each group of parameters, where one has changed.
        norm: The norm of all gradients, if it is wanted.
    """

    when: float
    step: int
    member: Member
    losses: tuple[Any, ...]
    rates: tuple[Any, ...] | None
    norm: Any


class Evaluated(msgspec.Struct):
    """A loss was computed that nothing is learnt from.

    Attributes:
        when: When, by `time.perf_counter`.
        name: What the metric is called.
        loss: A number, or a copy on a device.
    """

    when: float
    name: str
    loss: Any


class EpochBegun(msgspec.Struct):
    """The first step of a pass over the training data is about to be recorded.

    Attributes:
        when: When the pass began, by `time.perf_counter`.
    """

    when: float


Entry = StepTaken | Evaluated | EpochBegun

PlainStep = tuple[float, int, "Member", Any]
"""A step of which no more is to be told than when, which, by which optimizer, and its one loss."""


def values_of(entry: Entry | PlainStep) -> Iterator[Any]:
    """What is to be read of an entry's numbers before they can be written, in its order."""
    match entry:
        case StepTaken():
            every = (*entry.losses, *(entry.rates or ()), entry.norm)
            yield from (one for one in every if one is not None and type(one) is not float)
        case Evaluated(loss=loss) | (_, _, _, loss):
            if type(loss) is not float:
                yield loss


def when(entry: Entry | PlainStep) -> float:
    """When something has happened, by `time.perf_counter`."""
    return entry[0] if isinstance(entry, tuple) else entry.when
