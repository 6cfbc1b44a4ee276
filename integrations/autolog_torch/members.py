"""The optimizers and models of one training, and what the metrics of each optimizer are called."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import msgspec
from torch import Tensor

from autolog.capture.torch.optimizers import LearningRates
from autolog_torch.entries import GRADIENT_NORM, LOSS
from autolog_torch.losses import value_of

if TYPE_CHECKING:
    from torch.nn import Module
    from torch.optim import Optimizer

    from autolog_torch.surroundings import Surroundings


class Names(msgspec.Struct):
    """What the metrics of an optimizer's steps are called.

    Attributes:
        loss: The loss.
        rates: The learning rate of each group of parameters.
        norm: The norm of the gradients.
    """

    loss: str
    rates: tuple[str, ...]
    norm: str


class Member:
    """One optimizer of a training.

    Args:
        optimizer: The optimizer; held weakly.
        place: Which of the training's optimizers it is, from 0.
        names: What its metrics are called.
        step: How many steps the optimizer has taken whose place it takes.

    Attributes:
        reference: Leads to the optimizer.
        key: Its id.
        kind: The name of its class.
        place: Which of the training's optimizers it is, from 0.
        names: What its metrics are called.
        rates: Its learning rates at its last step, one for each group of parameters; `None` for
            each, where they may have changed without becoming others.
        step: Its next step.
    """

    __slots__ = ("_told", "key", "kind", "names", "place", "rates", "reference", "step")

    def __init__(self, optimizer: Optimizer, place: int, names: Names, step: int) -> None:
        self.reference = weakref.ref(optimizer)
        self.key = id(optimizer)
        self.kind = type(optimizer).__name__
        self.place = place
        self.names = names
        self.step = step
        self.rates: tuple[Any, ...] = ()
        self._told: tuple[Any, ...] = ()

    def changed_rates(self, groups: list[dict[str, Any]]) -> tuple[Any, ...] | None:
        """The learning rates, where they are others than before.

        Those that are tensors are changed in place; there, their values count.
        """
        told = self.rates = tuple([group.get("lr") for group in groups])
        if any(isinstance(rate, Tensor) for rate in told):
            told = tuple([value_of(one) if isinstance(one, Tensor) else one for one in told])
            self.rates = (None,) * len(told)  # so that each step is looked at
        if told == self._told:
            return None
        self._told = told
        return told


class Members:
    """The optimizers and models of one training.

    Args:
        found: What was found around its first step.
    """

    def __init__(self, found: Surroundings) -> None:
        self.optimizers: list[Member] = []
        self._models: list[weakref.ref[Module]] = []
        self._there_from_the_start = [weakref.ref(one) for one in found.optimizers]

    @property
    def models(self) -> list[Module]:
        """The models, as far as they are still there."""
        return [model for one in self._models if (model := one()) is not None]

    @property
    def ever_had_models(self) -> bool:
        """Whether it trains modules, rather than bare tensors."""
        return bool(self._models)

    @property
    def are_gone(self) -> bool:
        """Whether no optimizer is left."""
        return all(one.reference() is None for one in self.optimizers)

    def include(self, models: list[Module]) -> bool:
        """Whether one of some models is among those that are trained."""
        return any(one is model for one in self.models for model in models)

    def knew(self, optimizer: Optimizer) -> bool:
        """Whether an optimizer was there when the training began."""
        return any(one() is optimizer for one in self._there_from_the_start)

    def add(self, optimizer: Optimizer, found: Surroundings) -> Member:
        """Takes an optimizer in. It goes on with the steps of one that is gone.

        Args:
            optimizer: The optimizer.
            found: What was found around its first step.
        """
        before = self.optimizers[-1] if self.optimizers and self.are_gone else None
        if before is None:
            place, step = len(self.optimizers), 0
        else:
            place, step = before.place, before.step
        member = Member(optimizer, place, self._names(optimizer, place), step)
        self.optimizers.append(member)
        new = (model for model in found.models if not self.include([model]))
        self._models.extend(map(weakref.ref, new))
        return member

    def _names(self, optimizer: Optimizer, place: int) -> Names:
        """The names of its metrics: rates are called as Lightning's monitor calls them."""
        kind, end = type(optimizer).__name__, f"_{place + 1}" if place else ""
        others = {one.place for one in self.optimizers if one.kind == kind} - {place}
        plain = f"lr-{kind}"
        numbered = f"{plain}-{len(others)}" if others else plain
        names = LearningRates([optimizer]).now()
        rates = tuple(numbered + name.removeprefix(plain) for name in names)
        return Names(LOSS + end, rates, GRADIENT_NORM + end)
