"""A step of a plain PyTorch loop, beside an empty hook of the optimizer's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.modules.loss import _Loss
from torch.optim import optimizer as optimizers

import autolog
from benchmarks.timing import durations_ns, quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEAD_IN = 16
_STEPS = 32
_LOWER_QUARTILE = 0.25


def microseconds(rounds: int) -> list[tuple[float, float, float]]:
    """What a step takes, what it takes with the least that records it, and with autolog, in turn.

    Turns are short, so that whatever else the machine does falls on all of them alike.

    Args:
        rounds: How often all take their turn.
    """
    torch.set_num_threads(1)
    found = []
    autolog.autolog(silent=True, log_models=False, log_environment=False)
    parts, loop = _Parts(), _Loop()
    for number in range(rounds + 1):
        with parts.away():
            bare = _nanoseconds(loop.step)
            with loop.with_least():
                least = _nanoseconds(loop.step)
        recorded = _nanoseconds(loop.step)
        if number:  # the first opens the run
            found.append((bare / 1e3, least / 1e3, recorded / 1e3))
    autolog.disable()
    return found


class _Parts:
    """What autolog has put into PyTorch that a step goes through."""

    def __init__(self) -> None:
        self._hooks = dict(optimizers._global_optimizer_post_hooks)  # noqa: SLF001 - nowhere else
        self._backward: Any = torch.autograd.backward
        self._call = vars(_Loss)["__call__"]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Takes it away for as long as a block takes."""
        hooks = optimizers._global_optimizer_post_hooks  # noqa: SLF001 - see above
        hooks.clear()
        torch.autograd.backward = self._backward.__wrapped__
        del _Loss.__call__
        try:
            yield
        finally:
            hooks.update(self._hooks)
            torch.autograd.backward = self._backward
            _Loss.__call__ = self._call  # type: ignore[method-assign]


class _Loop:
    """A training.

    Attributes:
        keeps: Whether a copy of each loss is kept, without waiting for it.
    """

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.keeps = False
        self._kept: list[torch.Tensor] = []
        self._model = nn.Linear(4, 1)
        self._optimizer = torch.optim.SGD(self._model.parameters(), lr=1e-3)
        self._loss_function = nn.MSELoss()
        self._inputs, self._targets = torch.randn(8, 4), torch.randn(8, 1)

    def step(self, _: int) -> None:
        """Takes one step."""
        self._optimizer.zero_grad()
        loss = self._loss_function(self._model(self._inputs), self._targets)
        loss.backward()
        self._optimizer.step()
        if self.keeps:
            self._kept[:] = [loss.detach().clone()]

    @contextmanager
    def with_least(self) -> Iterator[None]:
        """Keeps losses, and calls a hook that does nothing after each step."""
        hook = optimizers.register_optimizer_step_post_hook(_nothing)
        self.keeps = True
        try:
            yield
        finally:
            self.keeps = False
            hook.remove()


def _nothing(_optimizer: Any, _args: Any, _kwargs: Any) -> None:
    pass


def _nanoseconds(step: Callable[[int], object]) -> float:
    for number in range(_LEAD_IN):
        step(number)
    return quantile(durations_ns(step, _STEPS), _LOWER_QUARTILE)
