"""What recording adds to plain PyTorch loops: to a step, and to a training of three epochs."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.modules.loss import _Loss
from torch.optim import optimizer as optimizers
from torch.utils.data import DataLoader, TensorDataset

import autolog
from autolog.process import ensure_session
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.timing import durations_ns, quantile
from benchmarks.whole_fits import beside_bare, least_taken, nothing, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 400
_QUICK_ROUNDS = 120
_LEAD_IN = 16
_STEPS = 32
_WRITTEN_STEPS = 500
_LOWER_QUARTILE = 0.25
_FITS = 20
_QUICK_FITS = 6
_BATCHES = 300
_EPOCHS = 3
_TIMES_THE_LEAST = 2.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Steps and trainings without autolog and with it, in turn."""
    torch.set_num_threads(1)
    with fresh_directory():
        yield from _of_steps(_QUICK_ROUNDS if quick else _ROUNDS)
        turns = {"bare": nothing, "autolog": recorded}
        found = least_taken(_prepared_fit, turns, _QUICK_FITS if quick else _FITS)
        yield from beside_bare("a PyTorch loop of three epochs, with everything on", found)


def _of_steps(rounds: int) -> Iterator[Figure]:
    """Steps of one training: bare, with the least that recording takes, and recorded, in turn.

    Turns are short, and each is compared with that before it, so that whatever else the machine
    does falls on all of them alike.
    """
    least, added = [], []
    with recorded(log_models=False, log_environment=False):
        parts, loop = _Parts(), _Loop()
        for number in range(rounds + 1):
            with parts.away():
                bare = _nanoseconds(loop.step)
                with loop.with_least():
                    smallest = _nanoseconds(loop.step)
            with_all = _nanoseconds(loop.step)
            if number:  # the first opens the run
                least.append(smallest - bare)
                added.append(with_all - bare)
        written = _nanoseconds_of_writing(loop.step)
    beside = "an empty hook of the optimizer's and a copy of the loss"
    least_us, added_us = median(least) / 1e3, median(added) / 1e3
    yield Figure(
        "a step of a PyTorch loop, what recording adds",
        "µs",
        added_us,
        least_us,
        beside,
        Goal(_TIMES_THE_LEAST * least_us),
        _TIMES_THE_LEAST,
    )
    yield Figure(
        "the same, with its share of what is written every tenth of a second",
        "µs",
        added_us + written / 1e3,
        least_us,
        beside,
    )


def _prepared_fit() -> Callable[[], object]:
    torch.manual_seed(0)
    rows = TensorDataset(torch.ones(_BATCHES * 128, 32), torch.ones(_BATCHES * 128, 1))
    model = nn.Sequential(nn.Linear(32, 1024), nn.ReLU(), nn.Linear(1024, 1))
    loader, optimizer = DataLoader(rows, 128), torch.optim.SGD(model.parameters(), lr=1e-3)
    loss_function = nn.MSELoss()

    def fit() -> None:
        for _ in range(_EPOCHS):
            for inputs, targets in loader:
                optimizer.zero_grad()
                loss_function(model(inputs), targets).backward()
                optimizer.step()
        autolog.disable()  # ends the run, and keeps the model, as the end of a script does

    return fit


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


def _nanoseconds_of_writing(step: Callable[[int], object]) -> float:
    """What it takes to write down steps, for each of them."""
    objects = ensure_session().objects
    objects.write_all()
    kept = durations_ns(step, _WRITTEN_STEPS)
    started = perf_counter_ns()
    objects.write_all()
    return (perf_counter_ns() - started) / len(kept)
